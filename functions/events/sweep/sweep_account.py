"""Sweep accounts: hold their servers against the records, repair what is certain, tell the rest."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import ProductError
from chalicelib.runtime import wiring
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
    for message in {one.credential: one for one in messages}.values():
        if not is_stale(message, wiring.now()):
            _swept(message)
    return {"batchItemFailures": unread}


def _swept(message: Sweep) -> None:
    """Sweep one account; what goes wrong with it keeps no other one waiting."""
    try:
        report = sweep_account(wiring, message.credential)
    except ProductError as error:
        logger.warning(
            "not_swept", extra={"credential": message.credential, "code": error.error_code}
        )
        return
    except Exception:
        # Whatever is wrong with this account, the others are swept.
        logger.exception("sweep_broke", extra={"credential": message.credential})
        return
    if report is None:
        return
    count(**report["counts"])
    kinds = [finding["kind"] for finding in report["findings"]]
    logger.info("swept", extra={"credential": message.credential, "found": kinds})


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
