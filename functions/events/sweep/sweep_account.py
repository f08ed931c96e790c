"""Sweep accounts: hold their servers against the records, repair what is certain, tell the rest."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.batches import process_each
from chalicelib.runtime.declaration import OPENS, Consumer, reads, starts, writes
from chalicelib.runtime.messages import read_messages
from chalicelib.runtime.observe import count, logger
from chalicelib.services.sweep.sweep_asking import Sweep, is_stale, read
from chalicelib.services.sweep.sweeping import sweep_account


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Sweep accounts: hold servers against the records, repair what is certain, tell the rest.

    Nothing is delivered again because a sweep failed: the next one comes in five minutes.
    """
    messages, unread = read_messages(event, read)
    process_each(
        {one.credential: one for one in messages}.values(),
        _swept,
        error="not_swept",
        about=lambda message: {"credential": message.credential},
    )
    return {"batchItemFailures": unread}


def _swept(message: Sweep) -> str:
    """Sweep one account, unless the next message for it is there, and tell what was found."""
    if is_stale(message, wiring.now()):
        return "stale"
    report = sweep_account(wiring, message.credential)
    if report is None:
        return "nothing_to_do"
    count(**report["counts"])
    kinds = [finding["kind"] for finding in report["findings"]]
    logger.info("swept", extra={"credential": message.credential, "found": kinds})
    return "swept"


handler.declarations = (  # type: ignore[attr-defined]
    Consumer(
        queue="sweep",
        batch=5,
        at_once=20,
        memory=512,
        timeout=240,
        layers=("crypto", "clouds"),
        needs=(
            reads("resources", "journal", "reservations"),
            writes("resources", "journal"),
            starts("destroy"),
            OPENS,
        ),
    ),
)
