"""Have the catalogue's index made anew, so that it is right whatever was missed."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Schedule, sends
from chalicelib.services.catalogue import catalogue


def handler(_event: dict[str, Any], _context: Any) -> dict[str, str]:
    """Have the catalogue's index made anew, so that it is right whatever was missed."""
    catalogue.ask_for_all(wiring)
    return {"outcome": "asked"}


handler.declarations = (  # type: ignore[attr-defined]
    Schedule(every="rate(1 hour)", timeout=30, needs=(sends("catalogue"),)),
)
