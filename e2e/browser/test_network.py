"""A network that changes under a page ends its requests; the page comes all the same."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect


def test_page_whose_scripts_were_cut_off_is_loaded_again(page: Page) -> None:
    cut: set[str] = set()

    def cut_off_once(route: Route) -> None:
        if route.request.url in cut:
            route.continue_()
        else:
            cut.add(route.request.url)
            route.abort("connectionreset")

    page.route(re.compile(r"/assets/.*\.js$"), cut_off_once)
    page.goto("/templates")

    expect(page.get_by_role("heading", name="Catalogue", level=1)).to_be_visible()
    assert cut


def test_page_that_never_comes_says_so_and_stops_asking(page: Page) -> None:
    asked: list[str] = []
    page.on("framenavigated", lambda frame: asked.append(frame.url))
    page.route(re.compile(r"/assets/.*\.js$"), lambda route: route.abort("connectionreset"))
    page.goto("/templates")

    expect(page.get_by_role("alert")).to_contain_text("did not load")
    assert len(asked) == 4, "the first time and three more"
