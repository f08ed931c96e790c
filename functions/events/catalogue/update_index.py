"""Bring what was published, changed or taken back into the catalogue's index."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Consumer, fetches, keeps, reads, writes
from chalicelib.runtime.messages import read_messages
from chalicelib.runtime.observe import logger
from chalicelib.services.catalogue import catalogue


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Bring what was published, changed or taken back into the catalogue's index.

    All messages of one call are one write of the index. What fails is delivered again; a message
    that cannot be read keeps no other waiting.
    """
    messages, unread = read_messages(event, _read)
    if any(message["all"] for message in messages):
        catalogue.rebuild(wiring)
    elif messages:
        catalogue.refresh(wiring, [t for message in messages for t in message["templates"]])
    logger.info("indexed", extra={"messages": len(messages)})
    return {"batchItemFailures": unread}


def _read(message: Any) -> dict[str, Any]:
    """Read a message. Raises `ValueError` for what is none."""
    if not isinstance(message, dict) or not isinstance(message.get("templates", []), list):
        raise ValueError(str(message)[:100])
    return {"all": bool(message.get("all")), "templates": message.get("templates", [])}


handler.declarations = (  # type: ignore[attr-defined]
    Consumer(
        queue="catalogue",
        memory=1024,
        timeout=120,
        needs=(
            reads("resources", "reservations"),
            writes("resources"),
            fetches("catalogue"),
            keeps("catalogue"),
        ),
    ),
)
