"""Send links for new passwords, and tell owners that their password was changed."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import MAILS, Consumer, knows, reads, writes
from chalicelib.runtime.messages import process_messages
from chalicelib.runtime.observe import logger
from chalicelib.services.accounts.passwords import QUEUE, handled


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Send links for new passwords, and tell owners that their password was changed.

    What fails is delivered again. No log names an address.
    """
    outcomes, failures = process_messages(
        event,
        lambda message: message,
        lambda message: handled(wiring, message),
        error="letter_not_sent",
    )
    logger.info("letters", extra={"outcomes": dict(outcomes), "failed": len(failures)})
    return {"batchItemFailures": failures}


handler.declarations = (  # type: ignore[attr-defined]
    Consumer(
        queue=QUEUE,
        batch=1,
        at_once=5,
        memory=512,
        timeout=60,
        needs=(
            reads("idempotency"),
            writes("idempotency"),
            knows("metering", "idempotency"),
            MAILS,
        ),
    ),
)
