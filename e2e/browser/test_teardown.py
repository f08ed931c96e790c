"""What is stopped stops, what is deleted is gone, and what is kept stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from e2e.browser.members import Member
from e2e.pages.app import DELETED, App
from e2e.pages.proxy import expect_status, host_of
from infra.local.journey.client import Json

NOTHING_HERE = "There is nothing here"


@pytest.fixture
def waiting(member: Member, template: Json, server: Json) -> Iterator[Json]:
    """An app that was made and never started."""
    made = member.app(template, server["id"], start=False)
    yield made
    member.remove("deployments", made["id"])


@pytest.fixture
def running(member: Member, template: Json, server: Json) -> Iterator[Json]:
    """An app that runs."""
    made = member.running(member.app(template, server["id"]))
    yield made
    member.remove("deployments", made["id"])


def opened(page: Page, deployment: Json) -> App:
    """Its page."""
    page.goto(f"/deployments/{deployment['id']}")
    app = App(page, deployment["attributes"]["name"])
    expect(page.get_by_role("heading", level=1, name=app.name)).to_be_visible()
    return app


def test_an_app_is_stopped_and_deleted_and_costs_nothing_more(
    running: Json, member: Member, member_page: Page, local: Json
) -> None:
    app, page = opened(member_page, running), member_page
    host = host_of(running["attributes"]["url"])
    app.stop()
    expect(app.head.get_by_role("button", name="Start app", exact=True)).to_be_enabled()
    expect_status(local["urls"]["proxy"], host, 503)
    app.tab("Logs")
    expect(page.get_by_text("Starting up on port 80").first).to_be_visible()

    app.delete()
    expect(page.get_by_text("You have no apps yet.")).to_be_visible()
    expect_status(local["urls"]["proxy"], host, 404)
    page.goto(f"/deployments/{running['id']}")
    expect(page.get_by_role("heading", level=1)).to_have_text(NOTHING_HERE)
    assert not member.account.all("deployments")


def test_an_app_that_never_ran_is_deleted_at_once(
    waiting: Json, member: Member, member_page: Page
) -> None:
    opened(member_page, waiting).delete()
    expect(member_page.get_by_text("You have no apps yet.")).to_be_visible()
    assert not member.account.all("deployments")


def test_who_thinks_again_keeps_the_app(waiting: Json, member: Member, member_page: Page) -> None:
    app = opened(member_page, waiting)
    app.head.get_by_role("button", name="Delete app").click()
    dialog = member_page.get_by_role("alertdialog", name=f"Delete {app.name}")
    expect(dialog).to_contain_text("cannot be brought back")
    expect(dialog.get_by_role("button", name="Delete and lose its data")).to_be_disabled()
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_be_hidden()
    expect(member_page.get_by_role("heading", level=1, name=app.name)).to_be_visible()
    assert member.account.get("deployments", waiting["id"])["attributes"]["work"] is None


def test_who_loads_the_page_anew_meanwhile_finds_it_gone_at_last(
    running: Json, member: Member, member_page: Page
) -> None:
    app = opened(member_page, running)
    app.ask_to_delete()
    expect(app.head.get_by_role("status").first).to_have_text("Deleting")
    member_page.reload()
    assert member.account.gone("deployments", running["id"], within=DELETED / 1000)
    member_page.goto("/deployments")
    expect(member_page.get_by_text("You have no apps yet.")).to_be_visible()
