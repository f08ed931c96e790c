"""Signs that a server is alive, whatever its provider says of it."""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools

SILENT_SECONDS = 420.0
"""A server that was not seen for so long is not known to answer. Looks that find nothing new are
noted every five minutes, each a minute after the one before."""


def last_answer(tools: Tools, provision: Record) -> str | None:
    """When the server of a provision last answered the watch; None when that is long ago.

    That is now when the last look was good: looks without news are noted only now and then.
    """
    node = tools.records().get(provision.attributes.get("node_id") or "")
    if node is None:
        return None
    seen, now = node.attributes.get("last_seen_at"), tools.now()
    if not seen or clock.seconds_between(seen, now) >= SILENT_SECONDS:
        return None
    return str(seen) if node.attributes.get("misses") else now


def still_answers(tools: Tools, provision: Record) -> bool:
    """Whether a server answers that a sweep missed at its provider."""
    missing, seen = provision.attributes.get("missing_since"), last_answer(tools, provision)
    return bool(missing and seen and seen > missing)
