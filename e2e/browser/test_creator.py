"""A creator: from a compose text to a template that others find, its versions and its end."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import Member, unique

Json = dict[str, Any]
REFUSED = "services:\n  web:\n    image: nginx\n    privileged: true\n    pid: host\n"
GOOD = 'services:\n  web:\n    image: traefik/whoami\n    ports: ["80"]\n'


def compose(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Compose text")


def write(page: Page, text: str) -> None:
    """Put a text into the editor in the place of what is there."""
    compose(page).click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def begin(page: Page, name: str) -> None:
    page.goto("/templates/new")
    page.get_by_role("textbox", name="Template name").fill(name)
    expect(compose(page)).to_be_visible()


def test_draft_is_made_tested_and_published(member_page: Page, page: Page) -> None:
    creator, name = member_page, unique("Made")
    begin(creator, name)
    creator.get_by_role("textbox", name="Description").fill("Says hello.")
    creator.get_by_role("textbox", name="Monthly price (USD)").fill("4.50")
    expect(creator.get_by_text("It can run", exact=True)).to_be_visible()
    creator.get_by_role("button", name="Create template").click()

    expect(creator.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(creator.get_by_text("Draft", exact=True).first).to_be_visible()
    expect(creator.get_by_text("$4.50 / month").first).to_be_visible()
    address = creator.url
    page.goto(address)
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()

    creator.get_by_role("button", name="Publish").click()
    expect(creator.get_by_role("button", name="Unpublish")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_faults_are_told_at_their_lines_until_the_text_can_run(member_page: Page) -> None:
    begin(member_page, unique("Refused"))
    write(member_page, REFUSED)

    faults = member_page.get_by_role("region", name="What stands in its way")
    expect(faults.get_by_role("listitem")).to_have_count(2)
    faults.get_by_role("button", name="Line 5").click()
    expect(compose(member_page)).to_be_focused()
    expect(member_page.locator(".cm-lint-marker-error")).to_have_count(2)

    write(member_page, GOOD)
    expect(member_page.get_by_text("It can run", exact=True)).to_be_visible()
    expect(faults).to_have_count(0)


def test_fields_that_do_not_fit_are_told_and_nothing_is_made(
    member_page: Page, member: Member
) -> None:
    begin(member_page, "ab")
    member_page.get_by_role("textbox", name="Version").fill("not-semver")
    member_page.get_by_role("button", name="Create template").click()

    for label in ("Template name", "Version"):
        field = member_page.get_by_role("textbox", name=label)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(r"\w+"))
    expect(member_page).to_have_url(re.compile("/templates/new$"))
    assert member.account.all("templates", "?scope=mine") == []


def test_variables_are_designed_with_the_form_that_owners_meet(member_page: Page) -> None:
    begin(member_page, unique("Asked"))
    write(member_page, GOOD + "    environment: {DB_PASSWORD: '${DB_PASSWORD}'}\n")
    member_page.get_by_role("button", name="Remove GREETING").click()
    member_page.get_by_role("button", name="Add DB_PASSWORD").click()

    preview = member_page.get_by_role("complementary", name="Preview")
    expect(preview.get_by_label("Db password", exact=True)).to_have_value(re.compile(r"^\w{32}$"))
    member_page.get_by_role("button", name="Save and test").click()
    dialog = member_page.get_by_role("dialog")
    expect(dialog.get_by_label("Db password", exact=True)).to_be_visible()


def test_drafts_are_among_ones_own_and_not_in_the_catalogue(
    member_page: Page, member: Member
) -> None:
    draft = member.template(publish=False)["attributes"]["name"]

    member_page.goto("/templates?scope=mine")
    row = member_page.get_by_role("article").filter(has_text=draft)
    expect(row.get_by_text("Draft", exact=True)).to_be_visible()
    member_page.goto(f"/templates?q={draft}")
    expect(member_page.get_by_text("No app fits these words and choices.")).to_be_visible()


def test_published_version_stays_and_a_change_becomes_the_next(
    member_page: Page, member: Member
) -> None:
    template = member.template(GOOD)
    member_page.goto(f"/templates/{template['id']}/edit")
    expect(member_page.get_by_role("textbox", name="Version")).to_have_value("1.0.1")
    write(member_page, GOOD + "    read_only: true\n")
    member_page.get_by_role("button", name="Save as new version").click()

    expect(member_page.get_by_label("Compose text")).to_contain_text("read_only")
    member_page.get_by_role("combobox", name="Version").select_option("1.0.0")
    expect(member_page.get_by_label("Compose text")).not_to_contain_text("read_only")


def test_what_was_written_is_not_lost_by_leaving(member_page: Page) -> None:
    name = unique("Kept")
    begin(member_page, name)
    member_page.get_by_role("button", name="Cancel").click()
    member_page.get_by_role("button", name="Go on writing").click()
    expect(member_page.get_by_role("textbox", name="Template name")).to_have_value(name)

    member_page.get_by_role("button", name="Cancel").click()
    member_page.get_by_role("button", name="Leave and lose the changes").click()
    expect(member_page).to_have_url(re.compile("scope=mine"))


def test_template_that_apps_are_made_of_is_not_deleted(member_page: Page, member: Member) -> None:
    template = member.template()
    app = member.app(template, None, start=False)
    member_page.goto(f"/templates/{template['id']}")
    member_page.get_by_role("button", name="Delete").click()
    dialog = member_page.get_by_role("alertdialog")
    dialog.get_by_role("button", name="Delete template").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Unpublish it instead")

    member.remove("deployments", app["id"])
    dialog.get_by_role("button", name="Delete template").click()
    expect(member_page).to_have_url(re.compile("scope=mine"))
    expect(member_page.get_by_text("You have no templates yet")).to_be_visible()


def test_stranger_cannot_edit_a_template(sign_in: SignIn, member: Member, stranger: Member) -> None:
    template = member.template()
    page = sign_in(stranger)

    page.goto(f"/templates/{template['id']}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    page.goto(f"/templates/{template['id']}/edit")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
