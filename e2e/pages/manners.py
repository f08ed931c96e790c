"""What every page owes to everybody: readable by all, and nothing that jumps."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page

from infra.local.platform.layout import ROOT

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
RUN_AXE = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})"
SETTLED = "() => Promise.all(document.getAnimations().map(a => a.finished.catch(() => null)))"
SHIFTS = """
window.shifts = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
}).observe({type: 'layout-shift', buffered: true});
"""
GOOD_SHIFT = 0.02
"""A layout shift score that nobody sees; 0.1 is what browsers' makers call good."""


REPAINT_SECONDS = 5.0
"""How long a busy machine may take to paint the other look; a real fault stays."""


def expect_accessible(page: Page) -> None:
    """Fail with what axe finds against WCAG 2.1 AA, in the light look and in the dark one."""
    page.evaluate(AXE.read_text())  # a script element is not what the page's policy lets in
    for look in ("light", "dark"):
        page.emulate_media(color_scheme=look, reduced_motion="reduce")
        told = _faults(page)
        end = time.monotonic() + REPAINT_SECONDS
        while told and time.monotonic() < end:
            told = _faults(page)
        assert not told, f"{page.url}, {look}:\n" + "\n".join(told)
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")


def _faults(page: Page) -> list[str]:
    page.evaluate(SETTLED)
    found: Any = page.evaluate(RUN_AXE, RULES)
    return [
        f"{fault['id']}: {node['html']} ({node['failureSummary']})"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def watch_shifts(page: Page) -> None:
    """Measure layout shifts from the next load on."""
    page.add_init_script(SHIFTS)


def expect_no_shift(page: Page) -> None:
    """Fail if the page has jumped since it was loaded."""
    score: float = page.evaluate("window.shifts")
    assert score < GOOD_SHIFT, f"{page.url} shifted by {score:.3f}."
