"""Every page: readable by all in both looks, under a title of its own, steady, no link dead."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import Member
from e2e.browser.places import LISTS, TABS, THINGS, VISITED, Place, patterns
from e2e.pages.manners import expect_accessible, expect_no_shift, watch_shifts
from infra.local.journey.client import Json

Ids = dict[str, str]
ID = re.compile(r"(tmpl|node|inv)_\w+|[0-9a-f-]{36}")
NOTHING_HERE = "There is nothing here"
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
def ids(template: Json) -> Ids:
    """The ids of what a visitor may see."""
    return {"template": template["id"]}


@pytest.fixture
def things(template: Json, app: Json, server: Json) -> Ids:
    """The ids of the operator's things."""
    return {"template": template["id"], "app": app["id"], "node": server["id"]}


@pytest.mark.parametrize("place", VISITED, ids=str)
def test_what_a_visitor_sees_is_as_it_should_be(page: Page, place: Place, ids: Ids) -> None:
    _expect_good(page, place.at(ids))


@pytest.mark.parametrize("place", LISTS, ids=str)
def test_what_a_new_account_sees_is_as_it_should_be(member_page: Page, place: Place) -> None:
    _expect_good(member_page, place.path)


@pytest.mark.parametrize("place", [*LISTS, *THINGS], ids=str)
def test_what_an_account_in_use_sees_is_as_it_should_be(
    sign_in: SignIn, operator: Member, place: Place, things: Ids
) -> None:
    _expect_good(sign_in(operator), place.at(things))


def test_the_table_of_places_has_every_page() -> None:
    shown = {re.sub(r"\{\w+\}", "*", place.path) for place in (*VISITED, *LISTS, *THINGS)}
    # An invoice of its own is only there once a month is over: the journey of billing looks at it.
    assert patterns() - shown <= {"/billing/*"}


def _expect_good(page: Page, path: str) -> None:
    watch_shifts(page)
    page.goto(path)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_count(1)
    expect(page).to_have_title(re.compile("Hoster"))
    page.wait_for_load_state("networkidle")
    assert (heading.inner_text() == NOTHING_HERE) == (path == "/no-such-page")
    expect_no_shift(page)
    expect_accessible(page)
    page.set_viewport_size(PHONE)
    assert _overflow(page) <= 0, "The page is wider than a small phone."


def _overflow(page: Page) -> int:
    """How many pixels of the page lie beside the window."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


def test_pages_are_told_apart_by_their_titles(
    page: Page, sign_in: SignIn, operator: Member, things: Ids
) -> None:
    """The tabs of an app share its title."""
    visitor, signed_in = page, sign_in(operator)
    titles: dict[str, str] = {}
    tabs = {f"/deployments/{{app}}/{tab}" for tab in TABS}
    for place in (*VISITED, *LISTS, *THINGS):
        if place.path in tabs:
            continue
        page = signed_in if place.needs_account else visitor
        page.goto(place.at(things))
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page).not_to_have_title(re.compile(r"^(Hoster)?$"))
        twin = titles.setdefault(page.title(), place.path)
        assert twin == place.path, f"{place} and {twin} are both called {page.title()}."


def test_no_link_of_a_visitor_is_dead(page: Page, template: Json) -> None:
    _walk(page, ["/", f"/templates/{template['id']}"])


def test_no_link_of_an_account_in_use_is_dead(
    sign_in: SignIn, operator: Member, things: Ids
) -> None:
    _walk(sign_in(operator), ["/home", *(place.at(things) for place in THINGS)])


def _walk(page: Page, starts: list[str]) -> None:
    """Follow every link within the web app, to each kind of page at most twice."""
    waiting, seen = list(starts), set(starts)
    kinds: Counter[str] = Counter()
    while waiting:
        path = waiting.pop(0)
        if path.startswith("/api/"):  # a document, and no page
            assert page.request.get(path).ok, path
            continue
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        expect(page.get_by_role("heading", level=1), f"the heading of {path}").to_have_count(1)
        heading = page.get_by_role("heading", level=1).inner_text()
        assert heading != NOTHING_HERE, f"A link leads to {path}, where there is nothing."
        for link in _links(page) - seen:
            kind = ID.sub("*", link.split("?")[0])
            kinds[kind] += 1
            if kinds[kind] <= 2:
                waiting.append(link)
        seen |= _links(page)


def _links(page: Page) -> set[str]:
    """The addresses within the web app that the page links to; none of them leads nowhere."""
    page.wait_for_load_state("networkidle")
    hrefs: list[str] = page.evaluate("[...document.querySelectorAll('a')].map(a => a.href)")
    assert not [href for href in hrefs if not href or href.endswith("#")], page.url
    own = urlsplit(page.url).netloc
    parts = [urlsplit(href) for href in hrefs]
    return {urlunsplit(("", "", part.path, part.query, "")) for part in parts if part.netloc == own}
