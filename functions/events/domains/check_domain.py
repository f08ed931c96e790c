"""Look at a few customers' host names at once, and do what is due about each."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import Any

from chalicelib.domain.errors import ProductError
from chalicelib.runtime import wiring
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
    outcomes: Counter[str] = Counter()
    with ThreadPoolExecutor(max_workers=BATCH) as pool:
        looks = [pool.submit(copy_context().run, _tended, message) for message in messages]
        outcomes.update(look.result() for look in looks)
    count(UnheardLooks=outcomes["unheard"])
    logger.info("tended_domains", extra={"domains": dict(outcomes)})
    return {"batchItemFailures": unread}


def _tended(message: Due) -> str:
    """Tend one name; what goes wrong with it keeps no other one waiting."""
    try:
        return tend(wiring, message.domain)
    except ProductError as error:
        logger.warning("not_tended", extra={"domain": message.domain, "code": error.error_code})
    except Exception:
        # What name servers say is theirs to choose: it keeps nobody else's name from being seen.
        logger.exception("look_made_no_sense", extra={"domain": message.domain})
        with suppress(ProductError):
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
