"""A session ends, and is taken up again at the same place; nobody sees what another one read."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import SESSION_KEY, Member
from e2e.pages.account import Person

PRIVATE = {
    "/home": "Home",
    "/deployments": "Apps",
    "/nodes": "Servers",
    "/credentials": "Keys",
    "/billing": "Billing",
    "/activity": "Activity",
    "/settings": "Settings",
}


def _sign_in(page: Page, member: Member) -> None:
    page.get_by_label("Email").fill(member.email)
    page.get_by_label("Password").fill(member.password)
    page.get_by_role("button", name="Sign in").click()


def _end_session(page: Page) -> None:
    """Have the browser keep a token that the gateway does not take."""
    page.evaluate("([key]) => localStorage.setItem(key, 'it.is.over')", [SESSION_KEY])


@pytest.mark.parametrize("path", PRIVATE)
def test_a_private_page_asks_who_one_is(page: Page, path: str) -> None:
    page.goto(path)

    expect(page.get_by_role("heading", name="Sign in to Hoster")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/sign-in\\?from=.*{path[1:]}"))


def test_whoever_is_signed_in_sees_their_pages(member_page: Page) -> None:
    for path, heading in PRIVATE.items():
        member_page.goto(path)
        expect(member_page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        expect(member_page).to_have_url(re.compile(f"{path}$"))


def test_signing_in_leads_to_the_page_that_was_wanted(page: Page, member: Member) -> None:
    page.goto("/activity?kind=apps#latest")
    _sign_in(page, member)

    expect(page.get_by_role("heading", level=1, name="Activity")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/activity\?kind=apps#latest$"))


def test_a_session_that_has_ended_is_taken_up_at_the_same_place(
    member_page: Page, member: Member
) -> None:
    member_page.goto("/activity?kind=servers")
    expect(member_page.get_by_role("heading", level=1, name="Activity")).to_be_visible()
    _end_session(member_page)
    member_page.reload()

    expect(member_page.get_by_text("Your session has ended.")).to_be_visible()
    _sign_in(member_page, member)

    expect(member_page.get_by_role("heading", level=1, name="Activity")).to_be_visible()
    expect(member_page).to_have_url(re.compile(r"/activity\?kind=servers$"))


def test_no_answer_signs_nobody_out(member_page: Page) -> None:
    member_page.goto("/home")
    expect(member_page.get_by_role("heading", level=1, name="Home")).to_be_visible()
    member_page.context.set_offline(True)
    expect(member_page.get_by_text("You are offline.")).to_be_visible()
    member_page.context.set_offline(False)

    expect(member_page.get_by_text("You are offline.")).to_be_hidden()
    member_page.reload()
    expect(member_page.get_by_role("heading", level=1, name="Home")).to_be_visible()


def test_every_tab_follows_when_one_signs_out(sign_in: SignIn, member: Member) -> None:
    first = sign_in(member)
    other = first.context.new_page()
    for tab in (first, other):
        tab.goto("/settings")
        expect(tab.get_by_text(member.email, exact=True)).to_be_visible()

    Person(first, member.email, member.password).sign_out()

    expect(first.get_by_text("You are signed out.")).to_be_visible()
    expect(other.get_by_text("You were signed out in another tab.")).to_be_visible()
    expect(other.get_by_text(member.email)).to_have_count(0)


def test_the_next_one_sees_nothing_of_the_last(
    member_page: Page, member: Member, stranger: Member
) -> None:
    member_page.goto("/settings")
    expect(member_page.get_by_text(member.email, exact=True)).to_be_visible()
    Person(member_page, member.email, member.password).sign_out()
    _sign_in(member_page, stranger)

    expect(member_page.get_by_role("heading", level=1, name="Home")).to_be_visible()
    member_page.get_by_role("button", name="Account menu").click()
    expect(member_page.get_by_text(stranger.email)).to_be_visible()
    expect(member_page.get_by_text(member.email)).to_have_count(0)


def test_whoever_is_in_is_not_asked_again(member_page: Page) -> None:
    member_page.goto("/sign-in?from=%2Fbilling")

    expect(member_page.get_by_role("heading", level=1, name="Billing")).to_be_visible()


def test_an_address_that_is_taken_is_said_at_its_field(page: Page, member: Member) -> None:
    page.goto("/sign-up")
    page.get_by_label("Email").fill(member.email)
    page.get_by_label("Password").fill("Otter lamp violin 7")
    expect(page.get_by_text("Strong")).to_be_visible()
    page.get_by_role("button", name="Sign up").click()

    expect(page.get_by_role("alert")).to_have_text(
        "There is an account with this email. Sign in instead."
    )
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")


def test_a_short_password_is_refused_before_it_is_sent(page: Page, person: Person) -> None:
    page.goto("/sign-up")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Sign up").click()

    expect(page.get_by_role("alert")).to_have_text("Use at least 8 characters.")
    expect(page).to_have_url(re.compile("/sign-up$"))


def test_a_wrong_password_is_said(page: Page, member: Member) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill(member.email)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_have_text("Invalid email or password.")


@pytest.mark.parametrize(
    ("old", "new"), [("/marketplace", "/templates"), ("/ssh-keys", "/credentials")]
)
def test_an_address_that_moved_leads_on(member_page: Page, old: str, new: str) -> None:
    member_page.goto(f"{old}?q=blog")

    expect(member_page).to_have_url(re.compile(f"{new}(\\?|$)"))
