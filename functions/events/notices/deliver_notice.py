"""Try a few deliveries of notices at once, and take what came back of letters."""

from __future__ import annotations

from typing import Any

from chalicelib.ports.mail import Returned
from chalicelib.runtime import mail_returns, wiring
from chalicelib.runtime.batches import process_each
from chalicelib.runtime.declaration import MAILS, OPENS, Consumer, knows, reads, sends, told, writes
from chalicelib.runtime.messages import read_each
from chalicelib.runtime.observe import count, logger
from chalicelib.services.notices.notice_delivery import attempt
from chalicelib.services.notices.notice_rounds import Due
from chalicelib.services.notices.returned_mail import take

BATCH = 5


def read(message: Any) -> Due | Returned | None:
    """Read a message: a delivery that is due, or what SES tells of a letter; None for nothing.

    Raises `ValueError` for what is neither.
    """
    if isinstance(message, dict) and "eventType" in message:
        return mail_returns.read(message)
    try:
        made = Due(**message)
    except TypeError as error:
        raise ValueError(str(message)[:100]) from error
    if not isinstance(made.delivery, str):
        raise ValueError(str(message)[:100])
    return made


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Try a few deliveries of notices at once, and take what came back of letters.

    A delivery is not delivered again by the queue: it knows by itself when it is due next. What
    came back and could not be written down is. No log names an address.
    """
    messages, unread = read_each(mail_returns.without_greetings(event), read)
    returned = [(number, one) for number, one in messages if isinstance(one, Returned)]
    taken = process_each(
        returned,
        lambda one: f"return_{take(wiring, one[1])}",
        error="return_not_taken",
        failed_as="return_failed",
    )
    done = process_each(
        [one for _, one in messages if isinstance(one, Due)],
        lambda message: attempt(wiring, message.delivery),
        error="not_tried",
        about=lambda message: {"notice": message.delivery},
        failed_as="broken",  # the next round asks for it when its lease is over
        at_once=BATCH,
    )
    count(FailedNotices=done.outcomes["failed"])
    outcomes = done.outcomes + taken.outcomes
    logger.info("delivered_notices", extra={"notices": dict(outcomes)})
    again = [{"itemIdentifier": number} for number, _ in taken.failed]
    return {"batchItemFailures": unread + again}


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
