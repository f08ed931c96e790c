"""Bring what was published, changed or taken back into the catalogue's index."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Consumer, fetches, keeps, reads, writes
from chalicelib.runtime.observe import logger
from chalicelib.services import catalogue


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Bring what was published, changed or taken back into the catalogue's index.

    All messages of one call are one write of the index; what fails is delivered again.
    """
    messages = [json.loads(record["body"]) for record in event["Records"]]
    if any(message.get("all") for message in messages):
        size = catalogue.rebuild(wiring)
    else:
        size = catalogue.refresh(wiring, [t for message in messages for t in message["templates"]])
    logger.info("indexed", extra={"messages": len(messages), "templates": size})
    return {"templates": size}


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
