"""A phone of 360 px: everything is reached, nothing stands over the edge."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from e2e.browser.conftest import Open, SignIn
from e2e.browser.members import Member

PHONE: ViewportSize = {"width": 360, "height": 740}


def _expect_within(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], f"{page.url} is {width} px wide"


def _go(page: Page, place: str) -> None:
    page.get_by_role("button", name="Menu", exact=True).click()
    menu = page.get_by_role("dialog", name="Menu")
    menu.get_by_role("link", name=place).click()
    expect(menu).to_be_hidden()
    expect(page.get_by_role("heading", level=1, name=place)).to_be_visible()


@pytest.fixture
def phone(open_context: Open) -> Page:
    return open_context(viewport=PHONE, has_touch=True).new_page()


def test_a_visitor_finds_in(phone: Page) -> None:
    phone.goto("/")
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    _expect_within(phone)
    _go(phone, "Catalogue")
    _expect_within(phone)
    phone.get_by_role("button", name="Menu", exact=True).click()
    phone.get_by_role("dialog", name="Menu").get_by_role("link", name="Sign up").click()
    expect(phone.get_by_role("button", name="Sign up")).to_be_visible()
    _expect_within(phone)


def test_a_member_reaches_every_place(sign_in: SignIn, member: Member) -> None:
    page = sign_in(member, viewport=PHONE, has_touch=True)
    page.goto("/home")
    for place in ("Apps", "Servers", "Keys", "Billing", "Activity", "Home"):
        _go(page, place)
        _expect_within(page)
