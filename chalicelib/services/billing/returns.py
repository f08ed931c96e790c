"""Where a payer comes back to: pages of the web app, and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.domain.errors import Fault, Invalid, Unavailable

SESSION = "{CHECKOUT_SESSION_ID}"
_PLAIN = re.compile(r"[!-~]{1,2000}")
"""Neither spaces nor control characters, which browsers read in ways of their own."""


@dataclass(frozen=True)
class Returns:
    """Where a payment leads, and where going back without paying leads."""

    success: str
    cancel: str


def returns_of(
    origins: tuple[str, ...],
    invoice_id: str,
    success: str | None,
    cancel: str | None,
    *,
    page: str = "billing",
) -> Returns:
    """Check what was asked for; where nothing was, the web app's own page.

    Raises `Invalid` for a URL that leads elsewhere, and `Unavailable` where it is not known where
    the web app is.
    """
    if not origins:
        detail = "This installation does not know where its web app is (WebOrigins)."
        raise Unavailable(detail, code="payments_not_configured")
    own = f"{origins[0]}/{page}?payment="
    asked = {
        "success_url": success or f"{own}success&invoice={invoice_id}",
        "cancel_url": cancel or f"{own}cancelled",
    }
    faults = tuple(
        Fault(f"/data/attributes/{name}", f"It must begin with {' or '.join(origins)}/.")
        for name, url in asked.items()
        if not _leads_to(origins, url)
    )
    if faults:
        raise Invalid(faults)
    return Returns(_with_session(asked["success_url"]), asked["cancel_url"])


def _leads_to(origins: tuple[str, ...], url: str) -> bool:
    if not _PLAIN.fullmatch(url) or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}" in origins


def _with_session(url: str) -> str:
    """Have the checkout's id in the query, before a fragment."""
    if SESSION in url:
        return url
    page, mark, fragment = url.partition("#")
    return f"{page}{'&' if '?' in page else '?'}session_id={SESSION}{mark}{fragment}"
