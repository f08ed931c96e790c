"""Send links for new passwords, and tell owners that their password was changed."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from chalicelib.domain.errors import ProductError
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import MAILS, Consumer, knows, reads, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.accounts.passwords import QUEUE, handled


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Send links for new passwords, and tell owners that their password was changed.

    What goes wrong with one message is delivered again. No log names an address.
    """
    outcomes: Counter[str] = Counter()
    failed = []
    for record in event["Records"]:
        try:
            outcomes[handled(wiring, json.loads(record["body"]))] += 1
        except ProductError as error:
            logger.warning("letter_not_sent", extra={"code": error.error_code})
            failed.append({"itemIdentifier": record["messageId"]})
        except Exception:
            logger.exception("letter_broke")
            failed.append({"itemIdentifier": record["messageId"]})
    logger.info("letters", extra={"outcomes": dict(outcomes), "failed": len(failed)})
    return {"batchItemFailures": failed}


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
