"""Without a mouse: signed in, gone about, searched and helped by keys alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from e2e.browser.members import Member
from infra.local.journey.client import Json


def test_signing_in_takes_keys_alone(page: Page, member: Member) -> None:
    page.goto("/sign-in")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type(member.email)
    page.keyboard.press("Tab")
    page.keyboard.type(member.password)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1, name="Home")).to_be_visible()


def test_two_keys_lead_to_each_place(member_page: Page) -> None:
    member_page.goto("/home")
    expect(member_page.get_by_role("heading", level=1, name="Home")).to_be_visible()
    for key, place in {"a": "Apps", "s": "Servers", "k": "Keys", "b": "Billing"}.items():
        member_page.keyboard.press("g")
        member_page.keyboard.press(key)
        expect(member_page.get_by_role("heading", level=1, name=place)).to_be_visible()


def test_the_palette_finds_a_template_as_it_is_typed(page: Page, template: Json) -> None:
    name = template["attributes"]["name"]
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search and go to")
    expect(palette.get_by_role("combobox")).to_be_focused()
    page.keyboard.type(name)
    expect(palette.get_by_role("option", name=name)).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_the_palette_does_things_and_gives_the_focus_back(member_page: Page) -> None:
    member_page.goto("/home")
    opener = member_page.get_by_role("button", name="Search and go to")
    opener.focus()
    member_page.keyboard.press("Enter")
    expect(member_page.get_by_role("dialog", name="Search and go to")).to_be_visible()
    member_page.keyboard.press("Escape")
    expect(opener).to_be_focused()

    member_page.keyboard.press("Control+k")
    member_page.keyboard.type("dark look")
    member_page.keyboard.press("Enter")
    expect(member_page.locator("html")).to_have_attribute("data-theme", "dark")


def test_help_opens_on_a_question_mark_and_closes_on_escape(page: Page) -> None:
    page.goto("/templates")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_.get_by_text("Search on this page")).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()

    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_the_account_menu_is_walked_with_arrows(member_page: Page) -> None:
    member_page.goto("/home")
    member_page.get_by_role("button", name="Account menu").focus()
    member_page.keyboard.press("Enter")
    expect(member_page.get_by_role("menuitem", name="Settings")).to_be_focused()
    member_page.keyboard.press("ArrowDown")
    expect(member_page.get_by_role("menuitem", name="Plans")).to_be_focused()
    member_page.keyboard.press("End")
    expect(member_page.get_by_role("menuitem", name="Sign out")).to_be_focused()
    member_page.keyboard.press("Enter")

    expect(member_page.get_by_role("heading", name="Sign in to Hoster")).to_be_visible()
