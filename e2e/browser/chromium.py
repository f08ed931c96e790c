"""The browser of the tests, without what a person's browser makes beside the pages."""

from __future__ import annotations

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
    "--host-resolver-rules=MAP *.localhost 127.0.0.1",
]
