"""`make screenshots`: every page in both looks, at the width of a desk and of a phone.

They go to docs/screenshots/<desk or phone>-<look>/<scene>.webp, of an account that has a server and
an app in each state. `ONLY=billing,state-` takes the scenes alone whose name begins so.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from e2e.browser.chromium import launched
from e2e.installation import elsewhere
from e2e.screenshots.account import Furnished, furnished
from e2e.screenshots.scenes import SCENES, Scene, Who
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
PATIENCE = 60_000
"""Milliseconds that a page may take: a function's first call loads its code."""
WAITING = re.compile("^(Loading|Reading|Asking) ")
"""What stands in the place of what is being loaded."""
TALLEST = 3000
"""Pixels of a page that are kept of its height."""


def main() -> None:
    """Make an account with something to show, and take every picture."""
    only = tuple(os.environ.get("ONLY", "").split(","))
    scenes = [scene for scene in SCENES if scene.name.startswith(only)]
    with ExitStack() as held:
        platform = elsewhere() or held.enter_context(borrowed(Progress())).described
        shown = held.enter_context(furnished(platform))
        play = held.enter_context(sync_playwright())
        browser = held.enter_context(launched(play))
        for kind, size in SIZES.items():
            for look in LOOKS:
                shown.start_the_slow_one()
                with _opened(browser, shown, size, look) as pages:
                    for scene in scenes:
                        file = FOLDER / f"{kind}-{look}" / f"{scene.name}.webp"
                        _take(pages[scene.who], scene, shown.ids, file)


@contextmanager
def _opened(
    browser: Browser, shown: Furnished, size: ViewportSize, look: str
) -> Iterator[dict[Who, Page]]:
    """A page of each of those who look."""
    given: Any = {
        "base_url": shown.member.platform["urls"]["web"],
        "viewport": size,
        "color_scheme": look,
        "reduced_motion": "reduce",
    }
    sessions: dict[Who, Any] = {
        "visitor": {},
        "member": {"storage_state": shown.member.session},
        "newcomer": {"storage_state": shown.newcomer.session},
    }
    contexts = {who: browser.new_context(**given, **more) for who, more in sessions.items()}
    yield {who: context.new_page() for who, context in contexts.items()}
    for context in contexts.values():
        context.close()


def _take(page: Page, scene: Scene, ids: dict[str, str], file: Path) -> None:
    """Take a picture of a scene once it has what it shows."""
    page.goto(scene.path.format(**ids))
    expect(page.get_by_role("heading", level=1)).to_have_count(1, timeout=PATIENCE)
    page.wait_for_load_state("networkidle")
    usual = page.viewport_size or SIZES["desk"]
    if scene.is_whole:
        page.set_viewport_size(_whole(page, usual))
    scene.act(page)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("status", name=WAITING)).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_text(WAITING)).to_have_count(0, timeout=PATIENCE)
    page.evaluate(PAINTED)
    wanted = {"format": "webp", "quality": QUALITY}
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", wanted)
    page.set_viewport_size(usual)
    page.context.set_offline(False)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(base64.b64decode(taken["data"]))
    print(file.relative_to(ROOT), flush=True)


def _whole(page: Page, usual: ViewportSize) -> ViewportSize:
    """As high as the page is, so that what sticks to the edge and what draws itself when it is seen
    are where people find them.
    """
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    return {"width": usual["width"], "height": max(height, usual["height"])}


if __name__ == "__main__":
    main()
