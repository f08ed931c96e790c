"""The browser of the tests, without what a person's browser makes beside the pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright

from e2e.browser.apart import PROXIED, program_apart

CHROMIUM = "/usr/bin/chromium"

_OF_PLAYWRIGHT = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
"""What Playwright switches off: of two lists Chromium takes the last, which is ours."""

_OF_A_PERSON = (
    # A process for the list below the address bar, made for each window.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    "SpareRendererForSitePerProcess",  # a process in stock, for another site
)
"""Half of the processor time of a page that shows one line: 4.3 s for six, 2.1 s without."""

FLAGS = [
    "--no-sandbox",  # it runs as root, in a machine of its own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join((*_OF_PLAYWRIGHT, *_OF_A_PERSON))}",
    *PROXIED,
]


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """Run Chromium in a network of its own."""
    with program_apart(CHROMIUM) as program:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
