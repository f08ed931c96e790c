"""Look at a few customers' host names at once, and do what is due about each."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.batches import process_each
from chalicelib.runtime.declaration import Consumer, reads, starts, writes
from chalicelib.runtime.messages import read_messages
from chalicelib.runtime.observe import count, logger
from chalicelib.services.domains.domain_rounds import Due, put_off, read, tend

BATCH = 5


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Look at a few customers' host names at once, and do what is due about each.

    Nothing is delivered again because a look failed: the next round asks for it.
    """
    messages, unread = read_messages(event, read)
    done = process_each(
        messages,
        lambda message: tend(wiring, message.domain),
        error="not_tended",
        about=lambda message: {"domain": message.domain},
        broken=_made_no_sense,
        at_once=BATCH,
    )
    count(UnheardLooks=done.outcomes["unheard"])
    logger.info("tended_domains", extra={"domains": dict(done.outcomes)})
    return {"batchItemFailures": unread}


def _made_no_sense(message: Due) -> str:
    """Leave a name alone for a while whose servers said what nothing can be made of."""
    put_off(wiring, message.domain)
    return "failed"


handler.declarations = (  # type: ignore[attr-defined]
    Consumer(
        queue="domains",
        batch=BATCH,
        at_once=20,
        memory=512,
        timeout=60,
        layers=("dns",),
        needs=(
            reads("resources", "reservations"),
            writes("resources", "reservations", "journal", "routes"),
            starts("certify"),
        ),
    ),
)
