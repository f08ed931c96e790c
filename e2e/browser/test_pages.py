"""Pages that anybody sees: readable by all, steady while they load, found again at their URLs."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import Member
from e2e.pages.account import Person
from e2e.pages.manners import expect_accessible, expect_no_shift, watch_shifts
from infra.local.journey.client import Json

TURNED = "\u202eelif"
"""Text that is shown from right to left: it looks like another."""
PRIVATE = {
    "Apps": "You have no apps yet.",
    "Servers": "You have no servers yet.",
    "Keys": "With an SSH key",
}


def test_a_template_is_accessible_and_steady(page: Page) -> None:
    watch_shifts(page)
    page.goto("/templates?q=wordpress")
    page.get_by_role("main").get_by_role("link", name="WordPress").click()
    expect(page.get_by_role("heading", level=1, name="WordPress")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Generated for you")).to_be_visible()
    expect_no_shift(page)
    expect_accessible(page)


def test_an_empty_account_is_led_on(page: Page, person: Person) -> None:
    person.sign_up()
    for place, sentence in PRIVATE.items():
        person.go(place)
        expect(page.get_by_text(sentence)).to_be_visible()
        expect_accessible(page)


def test_a_visitor_is_led_through_sign_up_to_the_deploy_dialog(page: Page, person: Person) -> None:
    page.goto("/templates?q=whoami")
    page.get_by_role("main").get_by_role("link", name="Whoami").click()
    page.get_by_role("link", name="Deploy").click()
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign up").click()
    dialog = page.get_by_role("dialog", name="Deploy Whoami")
    expect(dialog.get_by_role("button", name="Deploy Whoami")).to_be_disabled()
    expect_accessible(page)
    dialog.get_by_role("link", name="Get a server").click()
    expect(page.get_by_role("dialog", name="Create a server")).to_be_visible()


def test_a_session_outlives_the_page_and_ends_when_it_is_ended(page: Page, person: Person) -> None:
    person.sign_up()
    page.goto("/deployments")
    expect(page.get_by_text(PRIVATE["Apps"])).to_be_visible()
    person.sign_out()
    expect(page.get_by_role("heading", name="Sign in to Hoster")).to_be_visible()
    person.sign_in()
    expect(page.get_by_role("link", name="Sign in")).to_have_count(0)


def test_a_wrong_token_is_told_where_it_matters(page: Page, person: Person, platform: Json) -> None:
    person.sign_up()
    person.add_credential("Wrong", "dop_v1_" + "0" * 64)
    person.go("Servers")
    page.get_by_role("button", name="Create a server").click()
    panel = page.get_by_role("dialog", name="Create a server").get_by_role("alert")
    expect(panel).to_contain_text(re.compile("token|credential", re.IGNORECASE))


def test_a_name_that_no_app_may_have_is_told_at_its_field(
    sign_in: SignIn, operator: Member, server: Json, template: Json
) -> None:
    page, name = sign_in(operator), template["attributes"]["name"]
    before = len(operator.account.all("deployments"))
    page.goto(f"/templates/{template['id']}?deploy=true")
    dialog = page.get_by_role("dialog", name=f"Deploy {name}")
    expect(dialog).to_contain_text(server["attributes"]["name"])
    dialog.get_by_label("Name", exact=True).fill(f"looks like {TURNED}")
    dialog.get_by_role("button", name=f"Deploy {name}").click()
    field = dialog.get_by_label("Name", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("one line"))
    assert len(operator.account.all("deployments")) == before
