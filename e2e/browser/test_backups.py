"""An app is backed up by hand; its data is restored in place, tried, and made a new app of."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import KEEPING, Member
from e2e.pages.manners import expect_accessible
from infra.local.journey.client import Json

DRILLED_MS = 300_000
"""A drill is looked at a minute after it began, and each minute from then on."""


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


def test_backup_is_tried_and_becomes_a_new_app(
    operator: Member, keeper: Json, server: Json, sign_in: SignIn
) -> None:
    account = operator.account
    backup = account.call("POST", f"/deployments/{keeper['id']}/backups")["data"]["id"]
    operator.running(keeper)
    page = sign_in(operator)
    page.goto(f"/deployments/{keeper['id']}/backups")
    made = page.get_by_role("list", name="Backups").get_by_role("listitem").first

    made.get_by_role("button", name=re.compile("^Try a restore")).click()
    expect(made.get_by_text("Being tried")).to_be_visible()
    # Meanwhile another app is made of it.
    made.get_by_role("button", name=re.compile("^Restore into a new app")).click()
    dialog = page.get_by_role("dialog", name="Restore into a new app")
    name = f"{keeper['attributes']['name']} again"
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("radio", name=re.compile(f"^{server['attributes']['name']}")).check()
    expect_accessible(page)
    dialog.get_by_role("button", name="Restore into a new app").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    new = page.url.rpartition("/")[2]
    again = operator.running(account.get("deployments", new))
    expect(page.get_by_text("Running", exact=True).first).to_be_visible()

    page.goto(f"/deployments/{keeper['id']}/backups")
    proof = re.compile(r"Restored and healthy in .*, all of its \d+ files and folders came back")
    expect(made.get_by_text(proof)).to_be_visible(timeout=DRILLED_MS)
    assert again["attributes"]["name"] == name
    assert again["attributes"]["node_id"] == server["id"]
    operator.remove("deployments", new)
    tried = account.get("backups", backup)["attributes"]["drill"]["deployment_id"]
    operator.remove("deployments", tried)
    operator.remove("backups", backup)
