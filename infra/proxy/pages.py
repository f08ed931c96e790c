"""The proxy's own pages: what people see in place of an app that does not answer.

They become HAProxy log-format files: `%[…]` is filled in for each request.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from infra.proxy.templates import fill

SHOWN_HOST = '%[var(txn.host),regsub("[^a-z0-9.-].*","")]'
"""The host asked for, cut at the first character that a host name cannot have."""

RELOAD_SECONDS = 3


@dataclass(frozen=True)
class Look:
    """A state's hue, light and dark, and its icon as SVG paths of 16 by 16."""

    light: str
    dark: str
    icon: str


QUIET = Look("oklch(48% .015 220)", "oklch(72% .012 220)", '<path d="M5.5 5.5h5v5h-5z"/>')
LOST = Look(
    QUIET.light, QUIET.dark, '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>'
)
WORKING = Look(
    "oklch(48% .13 250)", "oklch(76% .11 250)", '<path d="M13.5 8A5.5 5.5 0 1 1 8 2.5"/>'
)
ATTENTION = Look(
    "oklch(50% .11 70)", "oklch(80% .12 75)", '<path d="M8 2 14.5 13.5h-13zM8 6.5v3M8 11.5v.01"/>'
)
FAILED = Look(
    "oklch(50% .17 27)",
    "oklch(74% .14 25)",
    '<path d="m5.5 5.5 5 5m0-5-5 5"/><circle cx="8" cy="8" r="6.5"/>',
)


@dataclass(frozen=True)
class Page:
    """One page: its status line, and what happened and what to do in plain words."""

    status: str
    state: str
    title: str
    happened: str
    advice: str
    look: Look
    reloads: bool = False


PAGES = {
    "unknown": Page(
        "404 Not Found",
        "Not found",
        "No app lives at this address",
        "The address may be mistyped, or its app was deleted.",
        "If you just created the app, its address works a moment after it is running.",
        LOST,
    ),
    "stopped": Page(
        "503 Service Unavailable",
        "Stopped",
        "This app is stopped",
        "Its owner stopped it. Nothing is wrong with your connection.",
        "The owner can start it again from its page in Hoster.",
        QUIET,
    ),
    "starting": Page(
        "503 Service Unavailable",
        "Starting",
        "This app is starting",
        "It usually takes less than a minute.",
        "This page looks again every few seconds and opens the app when it is ready.",
        WORKING,
        reloads=True,
    ),
    "unverified": Page(
        "403 Forbidden",
        "Not verified",
        "This domain is not verified yet",
        "It is set up for an app, but its DNS records have not been confirmed.",
        "The owner finds the records to add on the app's Domains tab. They are checked by "
        "themselves; DNS changes can take a while to be seen.",
        ATTENTION,
    ),
    "failed": Page(
        "502 Bad Gateway",
        "Failed",
        "This app has failed",
        "It did not start, or it ended by itself.",
        "The owner finds the reason and the last log lines on the app's page in Hoster.",
        FAILED,
    ),
    "unreachable": Page(
        "502 Bad Gateway",
        "Unreachable",
        "The app cannot be reached",
        "Its server did not accept the connection: the app may be restarting, or its server is "
        "offline.",
        "Try again in a few seconds. The owner sees the state of the server under Nodes.",
        FAILED,
    ),
    "bad-answer": Page(
        "502 Bad Gateway",
        "No valid answer",
        "The app did not answer properly",
        "It closed the connection or sent something that is not HTTP.",
        "Try again in a few seconds. The owner finds more in the app's logs.",
        FAILED,
    ),
    "timeout": Page(
        "504 Gateway Timeout",
        "No answer in time",
        "The app took too long to answer",
        "It accepted the request and sent nothing back in the time allowed.",
        "Try again. If it stays so, the owner finds more in the app's logs.",
        ATTENTION,
    ),
    "bad-request": Page(
        "400 Bad Request",
        "Not understood",
        "The request could not be read",
        "What your browser or program sent is not proper HTTP.",
        "Try again. If it stays so, what sends it, or what stands between, is at fault.",
        ATTENTION,
    ),
    "crowded": Page(
        "503 Service Unavailable",
        "Busy",
        "Too many people are using this app",
        "It has reached the number of connections that one app may have at a time.",
        "Try again in a few seconds.",
        ATTENTION,
    ),
}


def render(page: Page) -> str:
    """The page's HTML as a log-format file."""
    return fill(
        "page.html",
        head=f'<meta http-equiv="refresh" content="{RELOAD_SECONDS}">\n' if page.reloads else "",
        title=page.title,
        state=page.state,
        happened=page.happened,
        advice=page.advice,
        status=page.status,
        light=page.look.light.replace("%", "%%"),
        dark=page.look.dark.replace("%", "%%"),
        icon=page.look.icon,
        host=SHOWN_HOST,
    )


def write_pages(folder: Path) -> None:
    """Write every page into a folder, for HAProxy to read at its start."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / f"{name}.html").write_text(render(page))
