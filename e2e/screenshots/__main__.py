"""`make screenshots`: every page in both looks, at the width of a desk and of a phone.

They go to docs/screenshots/<desk or phone>-<look>/<page>.webp, of an account that has a server, two
apps and a template. `ONLY=/billing` takes the pages whose path begins so.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from e2e.browser.chromium import CHROMIUM, FLAGS
from e2e.browser.members import Member
from e2e.browser.places import LISTS, THINGS, VISITED, Place
from e2e.installation import elsewhere
from infra.local.journey.client import Json
from infra.local.platform.borrow import borrowed
from infra.local.platform.layout import ROOT
from infra.local.platform.progress import Progress

FOLDER = ROOT / "docs/screenshots"
SIZES: dict[str, ViewportSize] = {
    "desk": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}
PAINTED = """() => document.fonts.ready.then(() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))))"""
LOOKS = ("light", "dark")
QUALITY = 70
TALLEST = 3000
"""Pixels of a page that are kept of its height."""


def main() -> None:
    """Make an account with something to show, and take every picture."""
    only = os.environ.get("ONLY", "/")
    places = [place for place in (*VISITED, *LISTS, *THINGS) if place.path.startswith(only)]
    with ExitStack() as held:
        platform = elsewhere() or held.enter_context(borrowed(Progress())).described
        member, ids = held.enter_context(_furnished(platform))
        play = held.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for kind, size in SIZES.items():
            for look in LOOKS:
                with _opened(browser, member, size, look) as (visitor, signed_in):
                    for place in places:
                        page = signed_in if place.needs_account else visitor
                        _take(
                            page, place.at(ids), FOLDER / f"{kind}-{look}" / f"{_name(place)}.webp"
                        )
        browser.close()


@contextmanager
def _opened(
    browser: Browser, member: Member, size: ViewportSize, look: str
) -> Iterator[tuple[Page, Page]]:
    """A visitor's page and one on which the member is signed in."""
    given: Any = {
        "base_url": member.platform["urls"]["web"],
        "viewport": size,
        "color_scheme": look,
        "reduced_motion": "reduce",
    }
    contexts = [
        browser.new_context(**given, **more) for more in ({}, {"storage_state": member.session})
    ]
    yield contexts[0].new_page(), contexts[1].new_page()
    for context in contexts:
        context.close()


def _name(place: Place) -> str:
    """A file's name for a page: its path without the ids."""
    kept = [part.strip("{}") for part in place.path.split("/") if part]
    return "-".join(kept) or "landing"


def _take(page: Page, path: str, file: Path) -> None:
    """Take a picture of a page once it has what it shows."""
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_count(1, timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.evaluate(PAINTED)
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    size = page.viewport_size or SIZES["desk"]
    area = {
        "x": 0,
        "y": 0,
        "width": size["width"],
        "height": max(height, size["height"]),
        "scale": 1,
    }
    wanted = {"format": "webp", "quality": QUALITY, "captureBeyondViewport": True, "clip": area}
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", wanted)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(base64.b64decode(taken["data"]))
    print(file.relative_to(ROOT), flush=True)


@contextmanager
def _furnished(platform: Json) -> Iterator[tuple[Member, dict[str, str]]]:
    """Somebody with a server, an app that runs, one that waits, and a template."""
    member = Member(platform, email=f"ada-{secrets.token_hex(2)}@example.com")
    member.move_to_plan("pro")
    ordered = member.order_server(
        member.credential(name="DigitalOcean")["id"],
        instance_name=f"e2e-frankfurt-{secrets.token_hex(2)}",
    )
    try:
        template = member.template(name=f"Link page {secrets.token_hex(2)}", readme=README)
        found = {one["attributes"]["name"]: one for one in member.account.all("templates")}
        ready = member.account.settled("cloud_provisions", ordered["id"], within=600)
        node = ready["attributes"]["node_id"]
        app = member.running(member.app(found["Guestbook"], node, name="Guestbook"))
        member.app(template, node, start=False, name="Links")
        yield member, {"template": template["id"], "app": app["id"], "node": node}
    finally:
        for app in member.account.all("deployments"):
            member.remove("deployments", app["id"])
        member.remove("cloud_provisions", ordered["id"])


README = "# Link page\n\nA page of links, served from one small container.\n"


if __name__ == "__main__":
    main()
