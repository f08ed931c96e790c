"""Have every living node looked at that was checked once."""

from __future__ import annotations

from typing import Any

from chalicelib.ports.records import WATCH_SHARDS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, reads, sends
from chalicelib.runtime.observe import logger
from chalicelib.services.looks.watching import ask_for_looks

SECONDS = 10.0
"""How long it asks for looks at the nodes of one shard; the consumer goes on from there."""


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Have every living node looked at that was checked once."""
    count = sum(ask_for_looks(wiring, shard, seconds=SECONDS) for shard in range(WATCH_SHARDS))
    logger.info("asked_for_looks", extra={"nodes": count})
    return {"nodes": count}


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(every="rate(1 minute)", timeout=60, needs=(reads("resources"), sends("watch"))),
)
