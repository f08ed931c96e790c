"""Try a few deliveries of notices at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from chalicelib.domain.errors import ProductError
from chalicelib.runtime import wiring
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
    outcomes: Counter[str] = Counter()
    with ThreadPoolExecutor(max_workers=BATCH) as pool:
        tries = [pool.submit(copy_context().run, _tried, message) for message in messages]
        outcomes.update(one.result() for one in tries)
    count(FailedNotices=outcomes["failed"])
    logger.info("delivered_notices", extra={"notices": dict(outcomes)})
    return {"batchItemFailures": unread}


def _tried(message: Due) -> str:
    """Try one delivery; what goes wrong with it keeps no other one waiting."""
    try:
        return attempt(wiring, message.delivery)
    except ProductError as error:
        logger.warning("not_tried", extra={"notice": message.delivery, "code": error.error_code})
    except Exception:
        # The next round asks for it when its lease is over.
        logger.exception("not_tried", extra={"notice": message.delivery})
    return "broken"


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
