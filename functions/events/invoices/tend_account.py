"""Tend accounts: close months, refresh drafts and shown prices, tell the gateway plans."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from chalicelib.domain.errors import ProductError, Stale
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Consumer, fetches, keeps, knows, reads, sends, writes
from chalicelib.runtime.observe import count, logger
from chalicelib.services.billing.invoice_rounds import RUN_IN_DOUBT, read, tend

ASKING_SECONDS = 20.0
"""How long one message asks for further accounts, or goes on to further apps."""


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Tend accounts: close months, refresh drafts and shown prices, tell the gateway plans.

    What goes wrong with one message is delivered again and keeps no other one waiting.
    """
    outcomes: Counter[str] = Counter()
    failed = []
    for record in event["Records"]:
        try:
            outcomes += tend(wiring, read(json.loads(record["body"])), seconds=ASKING_SECONDS)
        except Stale:
            # Somebody else does the same at this moment.
            outcomes["moved_on"] += 1
        except ProductError as error:
            logger.warning("not_tended", extra={"asked": record["body"], "code": error.error_code})
            failed.append({"itemIdentifier": record["messageId"]})
        except Exception:
            logger.exception("tending_broke", extra={"asked": record["body"]})
            failed.append({"itemIdentifier": record["messageId"]})
    count(RunsInDoubt=outcomes[RUN_IN_DOUBT])
    logger.info("tended", extra={"outcomes": dict(outcomes), "failed": len(failed)})
    return {"batchItemFailures": failed}


handler.declarations = (  # type: ignore[attr-defined]
    Consumer(
        queue="invoices",
        batch=10,
        at_once=20,
        memory=512,
        timeout=120,
        needs=(
            reads("resources", "money"),
            writes("resources", "reservations", "journal", "money"),
            sends("invoices"),
            keeps("contents"),
            fetches("contents"),
            knows("metering"),
        ),
    ),
)
