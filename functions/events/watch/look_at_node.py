"""Look at a few nodes at once and at the apps there, each over one connection."""

from __future__ import annotations

from collections import Counter
from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.batches import Deadline, process_each
from chalicelib.runtime.declaration import OPENS, Consumer, reads, sends, starts, writes
from chalicelib.runtime.messages import read_messages
from chalicelib.runtime.observe import logger
from chalicelib.services.looks.node_looks import (
    look_at_node,
    look_made_no_sense,
    look_was_too_slow,
)
from chalicelib.services.looks.watching import Look, Rest, ask_for_looks, is_stale, read

LOOK_SECONDS = 40.0
"""How long the looks of one call may take; what is not seen by then counts as not seen."""


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Look at a few nodes at once and at the apps there, each over one connection.

    Nothing is delivered again because a look failed: the next one comes sooner.
    """
    messages, unread = read_messages(event, read)
    now = wiring.now()
    due = [message for message in messages if not is_stale(message, now)]
    done = process_each(
        due,
        _answer,
        error="not_looked",
        about=lambda message: {"asked": str(message)},
        failed_as="not_looked",
        broken=_no_sense,
        at_once=max(1, len(due)),
        deadline=Deadline(LOOK_SECONDS, instead=_too_late),
    )
    outcomes = done.outcomes + Counter(stale=len(messages) - len(due))
    logger.info("looked", extra={"nodes": len(due), "apps": dict(outcomes)})
    return {"batchItemFailures": unread}


def _answer(message: Look | Rest) -> Counter[str]:
    """Do what a message asks for."""
    if isinstance(message, Look):
        return look_at_node(wiring, message)
    seconds = LOOK_SECONDS / 2
    return Counter(asked=ask_for_looks(wiring, message.shard, after=message.after, seconds=seconds))


def _too_late(message: Look | Rest) -> Counter[str]:
    """Tell of a look that did not end in its time."""
    return look_was_too_slow(wiring, message) if isinstance(message, Look) else Counter()


def _no_sense(message: Look | Rest) -> Counter[str]:
    """Tell of a look that met what nothing can be made of."""
    return look_made_no_sense(wiring, message) if isinstance(message, Look) else Counter()


handler.declarations = (  # type: ignore[attr-defined]
    Consumer(
        queue="watch",
        batch=5,
        at_once=100,
        memory=512,
        timeout=60,
        layers=("crypto", "nodes"),
        needs=(
            reads("resources", "journal", "money"),
            writes("resources", "journal", "routes", "money"),
            sends("watch"),
            starts("stop", "check"),
            OPENS,
        ),
    ),
)
