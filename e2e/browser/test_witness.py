"""A test that fails says what its pages still waited for."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from e2e.browser.witness import Witness

PATIENCE = 100
"""Tenths of a second."""
HOME = "http://page.test"
TEXT = """<!doctype html><h1>Here</h1><script>
for (const path of ["/never", "/broken?secret=1", "/cut", "/good"])
  fetch(path).catch(() => null).then(() => document.body.append(path));
</script>"""


def test_witness_tells_what_was_not_answered_and_what_went_wrong(browser: Browser) -> None:
    witness = Witness()
    context = browser.new_context()
    try:
        witness.watch(context)
        page = context.new_page()
        _serve(page)
        page.goto(HOME)
        for path in ("/broken", "/cut", "/good"):
            expect(page.get_by_text(path)).to_be_visible()
        # The page hears of an answer before the browser tells that it ended.
        _until_ended(page, witness, "/broken", "/good")

        told = witness.lines()
    finally:
        context.close()

    first, *others = [line.rpartition(" after ")[0] for line in told if " said " not in line]
    assert first == "page: no answer to GET /never"
    assert set(others) == {
        "page: 502 to GET /broken",
        "page: GET /cut: net::ERR_CONNECTION_RESET",
    }


def _until_ended(page: Page, witness: Witness, *paths: str) -> None:
    """Let the browser tell of requests that ended; its news come while a call waits."""
    for _ in range(PATIENCE):
        is_open = [line for line in witness.lines() if "no answer" in line]
        if not any(path in line for path in paths for line in is_open):
            return
        page.wait_for_timeout(100)


def _serve(page: Page) -> None:
    page.route(f"{HOME}/", lambda route: route.fulfill(body=TEXT, content_type="text/html"))
    page.route(f"{HOME}/never", lambda _route: None)
    page.route(f"{HOME}/broken*", lambda route: route.fulfill(status=502, body="away"))
    page.route(f"{HOME}/cut", lambda route: route.abort("connectionreset"))
    page.route(f"{HOME}/good", lambda route: route.fulfill(body="good"))
