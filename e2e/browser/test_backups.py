"""An app is backed up by hand, which is seen to its end, and its data is restored in place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import KEEPING, Member
from e2e.pages.manners import expect_accessible
from infra.local.journey.client import Json


@pytest.fixture
def keeper(operator: Member, server: Json) -> Iterator[Json]:
    """An app that runs and keeps pages in a volume."""
    app = operator.running(operator.app(operator.template(KEEPING), server["id"]))
    yield app
    operator.remove("deployments", app["id"])


def test_app_is_backed_up_and_restored_in_place(
    operator: Member, keeper: Json, sign_in: SignIn
) -> None:
    page = sign_in(operator)
    page.goto(f"/deployments/{keeper['id']}/backups")
    expect(page.get_by_text("No backups yet.")).to_be_visible()
    expect_accessible(page)
    page.get_by_role("button", name="Back up now").click()
    timeline = page.get_by_role("region", name="Timeline")
    expect(timeline.get_by_role("heading", name=re.compile("^Backed up in"))).to_be_visible()
    made = page.get_by_role("list", name="Backups").get_by_role("listitem").first
    expect(made.get_by_text("Complete")).to_be_visible()
    expect(made.get_by_text(re.compile("the app was stopped for"))).to_be_visible()
    expect_accessible(page)

    page.get_by_role("button", name=re.compile("^Download: the backup")).click()
    fetched = page.get_by_role("dialog", name="Download this backup")
    link = fetched.get_by_role("link", name="Download pages.tar.gz.enc").get_attribute("href")
    expect_accessible(page)
    fetched.get_by_role("button", name="Done").click()

    page.get_by_role("button", name=re.compile("^Restore here")).click()
    dialog = page.get_by_role("alertdialog")
    name = keeper["attributes"]["name"]
    dialog.get_by_label(f"Type {name} to confirm").fill(name)
    expect_accessible(page)
    dialog.get_by_role("button", name="Restore and lose what came since").click()
    expect(timeline.get_by_role("heading", name=re.compile("^Restored in"))).to_be_visible()

    assert page.request.get(str(link)).ok
    assert operator.running(keeper)["attributes"]["status"] == "running"
    page.get_by_role("button", name=re.compile("^Delete: the backup")).click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete backup").click()
    expect(page.get_by_text("No backups yet.")).to_be_visible()
