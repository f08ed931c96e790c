"""Discovery: a visitor finds an app, sees what it is, and comes to its deployment."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import Member, unique

Json = dict[str, Any]
COMPOSE = """\
services:
  web:
    image: traefik/whoami
    ports: ["80"]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: mariadb:10.11
    healthcheck: {test: [CMD, healthcheck.sh, --connect]}
    volumes: [data:/var/lib/mysql]
volumes: {data: {}}
"""
LISTED = 120.0
"""Seconds: what was published shows within some, on a machine that does nothing else."""
README = "# Why\n\nBecause *it answers*. <b onclick=x>bold</b> [site](https://example.com)\n"


@pytest.fixture(scope="module")
def creator(platform: Json) -> Member:
    return Member(platform)


@pytest.fixture(scope="module")
def found(creator: Member) -> Json:
    """A published template whose name is one odd word."""
    name = unique("Finder").replace("-", "")
    asked = {"name": "GREETING", "label": "Greeting", "default": "Hello"}
    made = creator.template(COMPOSE, name=name, readme=README, variables=[asked], tags=["odd"])
    until_listed(creator, name)
    return made


def until_listed(member: Member, name: str) -> None:
    """Wait until the catalogue, which is rebuilt after a change, has a template."""
    end = time.monotonic() + LISTED
    while not member.account.all("templates", f"?filter[search]={name}"):
        assert time.monotonic() < end, f"{name} was not in the catalogue within {LISTED} s"
        time.sleep(0.5)


def name_of(template: Json) -> str:
    return str(template["attributes"]["name"])


def test_visitor_is_led_from_the_first_page_to_the_catalogue_and_to_an_account(
    page: Page,
) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()

    page.get_by_role("link", name="Catalogue", exact=True).click()
    expect(page).to_have_url(re.compile(r"/templates$"))
    expect(page.get_by_role("heading", name="Catalogue", level=1)).to_be_visible()


def test_words_find_an_app_as_one_types_and_stay_in_the_address(page: Page, found: Json) -> None:
    page.goto("/templates")
    search = page.get_by_role("searchbox", name="Search apps")
    expect(page.get_by_role("article").nth(1)).to_be_visible()

    search.fill(name_of(found))
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page).to_have_url(re.compile(rf"q={name_of(found)}"))
    page.reload()
    expect(page.get_by_role("article")).to_have_count(1)
    search.press("Escape")
    expect(page.get_by_role("article").nth(1)).to_be_visible()


def test_choices_narrow_the_catalogue_and_can_be_taken_back(page: Page, found: Json) -> None:
    page.goto(f"/templates?q={name_of(found)}")
    expect(page.get_by_role("article")).to_have_count(1)

    page.get_by_role("navigation", name="Price").get_by_role("link", name="Paid").click()
    expect(page).to_have_url(re.compile("price=paid"))
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("searchbox").fill("nothing-is-called-so")
    page.get_by_role("button", name="Show all apps").click()
    expect(page.get_by_role("article").nth(1)).to_be_visible()


def test_apps_are_ordered_and_shown_as_a_list(page: Page, found: Json) -> None:
    page.goto("/templates")
    page.get_by_role("combobox", name="Order").select_option("By name")
    page.get_by_role("button", name="List").click()

    expect(page).to_have_url(re.compile("sort=name.*look=list|look=list.*sort=name"))
    names = page.get_by_role("article").get_by_role("heading").all_inner_texts()
    assert names == sorted(names, key=str.casefold)
    assert len(names) > 1


def test_page_of_an_app_tells_what_it_is_and_stays_after_a_reload(page: Page, found: Json) -> None:
    page.goto(f"/templates?q={name_of(found)}")
    page.get_by_role("link", name=name_of(found)).click()

    for _ in range(2):
        expect(page.get_by_role("heading", name=name_of(found), level=1)).to_be_visible()
        expect(page.get_by_text("Waits until healthy: db")).to_be_visible()
        expect(page.get_by_text("Keeps data in data")).to_be_visible()
        expect(page.get_by_text("$5.00 / month").first).to_be_visible()
        expect(page.get_by_text("Default: Hello")).to_be_visible()
        expect(page.get_by_label("Compose text")).to_contain_text("traefik/whoami")
        expect(page).to_have_url(re.compile(f"/templates/{found['id']}$"))
        page.reload()


def test_readme_of_a_stranger_is_text_and_no_markup_of_the_page(page: Page, found: Json) -> None:
    page.goto(f"/templates/{found['id']}")

    expect(page.get_by_role("heading", name="Why", level=3)).to_be_visible()
    expect(page.get_by_role("link", name="site")).to_have_attribute("rel", re.compile("noopener"))
    expect(page.locator("[onclick]")).to_have_count(0)


def test_visitor_who_deploys_makes_an_account_first_and_comes_back(page: Page, found: Json) -> None:
    page.goto(f"/templates/{found['id']}")
    page.get_by_role("link", name="Deploy").click()

    expect(page).to_have_url(re.compile("/sign-up"))
    assert found["id"] in page.url


def test_member_comes_to_the_deploy_dialog(sign_in: SignIn, creator: Member, found: Json) -> None:
    page = sign_in(creator)
    page.goto(f"/templates/{found['id']}")
    page.get_by_role("button", name="Deploy", exact=True).click()

    expect(page.get_by_role("dialog", name=f"Deploy {name_of(found)}")).to_be_visible()
    expect(page).to_have_url(re.compile("deploy=true"))


def test_app_that_is_not_there_is_told_so(page: Page) -> None:
    page.goto("/templates/tmpl_0000000000000000")

    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_draft_of_somebody_else_is_not_there(
    sign_in: SignIn, creator: Member, stranger: Member
) -> None:
    draft = creator.template(publish=False)
    page = sign_in(stranger)

    page.goto(f"/templates/{draft['id']}")

    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
