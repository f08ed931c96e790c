"""Seal secrets anew that lie under a key that is being retired, or have grown old."""

from __future__ import annotations

import time
from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SEALS, Schedule, reads, writes
from chalicelib.runtime.observe import logger
from chalicelib.services.secrets.sealing import reseal

BITE = 100
"""How many records at most in one run: 14,400 a day."""


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Seal secrets anew that lie under a key that is being retired, or have grown old."""
    done = reseal(wiring, now=int(time.time()), bite=BITE)
    logger.info("resealed", extra={"outcomes": done})
    return done


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(
        every="rate(10 minutes)",
        timeout=300,
        layers=("crypto",),
        needs=(reads("resources", "routes"), writes("resources", "routes"), SEALS, OPENS),
    ),
)
