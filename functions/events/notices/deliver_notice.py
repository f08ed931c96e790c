"""Try a few deliveries of notices at once."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.batches import process_each
from chalicelib.runtime.declaration import MAILS, OPENS, Consumer, knows, reads, sends, told, writes
from chalicelib.runtime.messages import read_messages
from chalicelib.runtime.observe import count, logger
from chalicelib.services.notices.notice_delivery import attempt
from chalicelib.services.notices.notice_rounds import Due

BATCH = 5


def read(message: Any) -> Due:
    """Read a message. Raises `ValueError` for what is none."""
    try:
        made = Due(**message)
    except TypeError as error:
        raise ValueError(str(message)[:100]) from error
    if not isinstance(made.delivery, str):
        raise ValueError(str(message)[:100])
    return made


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Try a few deliveries of notices at once.

    Nothing is delivered again by the queue: a delivery knows by itself when it is due next.
    """
    messages, unread = read_messages(event, read)
    done = process_each(
        messages,
        lambda message: attempt(wiring, message.delivery),
        error="not_tried",
        about=lambda message: {"notice": message.delivery},
        failed_as="broken",  # the next round asks for it when its lease is over
        at_once=BATCH,
    )
    count(FailedNotices=done.outcomes["failed"])
    logger.info("delivered_notices", extra={"notices": dict(done.outcomes)})
    return {"batchItemFailures": unread}


handler.declarations = (  # type: ignore[attr-defined]
    Consumer(
        queue="notices",
        batch=BATCH,
        at_once=10,
        memory=512,
        timeout=60,
        layers=("crypto",),
        needs=(
            reads("resources", "reservations"),
            writes("resources", "reservations", "journal"),
            sends("notices"),
            told("notices"),
            OPENS,
            MAILS,
            knows("metering"),
        ),
    ),
)
