"""The web app in Chromium: what each page loads, when it shows something, how fast it answers.

Pages are served from `web/dist`, gzipped, before an API that answers at once, so that the figures
are the pages' own: the first visit of each, then 500 apps to search and 10,000 log lines to read.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from infra.bench.rows import Row, median
from infra.bench.run import Run
from infra.bench.web_server import APP, LINES, MANY, served
from infra.local.platform.layout import ROOT

DIST = ROOT / "web/dist"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
BUDGET_KB = 180.0
GOOD_PAINT_MS = 1800.0
GOOD_ANSWER_MS = 200.0
"""What browsers' makers call good of a first contentful paint, and of an interaction."""
ROUTES = "src/app/routes/"
VISITED = {"landing": "/", "apps": "/deployments", "logs": f"/deployments/{APP}/logs"}
SEARCHED = "website 42"
WATCH = """
window.answers = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (entry.interactionId) answers.push(entry.duration);
}).observe({type: "event", durationThreshold: 16, buffered: true});
"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
SCROLL = """async step => {
  const boxes = [...document.querySelectorAll("main *"), document.scrollingElement];
  const hidden = box => box.scrollHeight - box.clientHeight;
  const tall = boxes.reduce((best, box) => hidden(box) > hidden(best) ? box : best);
  const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const began = performance.now();
  tall.scrollTop = step * hidden(tall);
  await frame();
  return performance.now() - began;
}"""


def measure(run: Run) -> Iterator[Row]:
    """Measure sizes from the build, then the rest in a browser."""
    yield from _sizes()
    with served(DIST) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, path in VISITED.items():
            paints = [_paint(browser, url + path) for _ in run.rounds(f"first visit of {name}")]
            yield _timed(f"first visit: {name}", "first contentful paint", paints, GOOD_PAINT_MS)
        yield from _answers(run, browser, url)
        browser.close()


def _timed(case: str, metric: str, values: list[float], good: float) -> Row:
    return Row("web", case, metric, "ms", median(values), len(values), good, "what is called good")


def _sizes() -> Iterator[Row]:
    manifest = json.loads((DIST / ".vite/manifest.json").read_text())
    [entry] = [key for key, chunk in manifest.items() if chunk.get("isEntry")]
    first = _files(manifest, entry)
    loads = {
        key.removeprefix(ROUTES).removesuffix(".tsx"): _kilobytes(first | _files(manifest, key))
        for key in sorted(manifest)
        if key.startswith(ROUTES)
    }
    for name, size in {"entry": _kilobytes(first), **loads}.items():
        case = f"bundle: {name}"
        yield Row("web", case, "JavaScript, gzipped", "KB", size, 1, BUDGET_KB, "budget")


def _files(manifest: dict[str, Any], key: str) -> frozenset[str]:
    """The files that a chunk needs before it runs."""
    wanted, found = [key], set[str]()
    while wanted:
        chunk = manifest[wanted.pop()]
        if chunk["file"] not in found:
            found.add(chunk["file"])
            wanted += chunk.get("imports", [])
    return frozenset(found)


def _kilobytes(files: frozenset[str]) -> float:
    sizes = [len(gzip.compress((DIST / file).read_bytes())) for file in files]
    return round(sum(sizes) / 1024, 1)


@contextmanager
def _page(browser: Browser, url: str) -> Iterator[Page]:
    """A page of somebody who is signed in, with nothing kept from before."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script("localStorage.setItem('hoster-session', 'a-token')")
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(url)
    page.get_by_role("heading", level=1).wait_for()
    yield page
    context.close()


def _paint(browser: Browser, url: str) -> float:
    with _page(browser, url) as page:
        page.wait_for_load_state("networkidle")
        return float(page.evaluate(PAINT))


def _answers(run: Run, browser: Browser, url: str) -> Iterator[Row]:
    keys, shown = list[float](), list[float]()
    for _ in run.rounds(f"{MANY} apps are searched", 3):
        with _page(browser, f"{url}/deployments") as page:
            page.wait_for_load_state("networkidle")
            _type(page)
            keys.append(_slowest(page))
    yield _timed(f"{MANY} apps", "slowest key of a search", keys, GOOD_ANSWER_MS)
    keys = []
    for _ in run.rounds(f"{LINES} log lines are searched and scrolled", 3):
        with _page(browser, f"{url}/deployments/{APP}/logs") as page:
            page.wait_for_load_state("networkidle")
            shown += [float(page.evaluate(SCROLL, step / 10)) for step in range(11)]
            _type(page)
            keys.append(_slowest(page))
    yield _timed(f"{LINES} log lines", "slowest key of a search", keys, GOOD_ANSWER_MS)
    yield _timed(f"{LINES} log lines", "frame after a scroll anywhere", shown, GOOD_ANSWER_MS)


def _type(page: Page) -> None:
    page.get_by_role("main").get_by_role("searchbox").first.click()
    page.keyboard.type(SEARCHED, delay=60)
    page.wait_for_timeout(500)  # entries of events come after the frames that they are about


def _slowest(page: Page) -> float:
    """The slowest interaction; what takes less than 16 ms is not told by the browser."""
    return float(page.evaluate("Math.max(16, ...answers)"))
