"""What a credential's provider offers: asked live, and kept for some minutes in this process.

Kept is what was answered to one version of a credential, so that another token or region asks
anew. What failed is not kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, TypeVar

from chalicelib.ports.clouds import Cloud, Image, Region, Size
from chalicelib.ports.records import Record
from chalicelib.services.secrets.credentials import opened
from chalicelib.services.tools import Tools

KEPT_SECONDS = 300.0
MOST_KEPT = 100
"""How many answers one process keeps; the oldest goes first."""

Kind = TypeVar("Kind", Region, Size, Image)
_kept: dict[tuple[str, int, str], tuple[float, Any]] = {}


def regions(tools: Tools, credential: Record) -> tuple[Region, ...]:
    """List the regions. Raises what the provider's port raises."""
    return _offered(tools, credential, "regions", lambda cloud: cloud.regions())


def sizes(tools: Tools, credential: Record) -> tuple[Size, ...]:
    """List the sizes. Raises what the provider's port raises."""
    return _offered(tools, credential, "sizes", lambda cloud: cloud.sizes())


def images(tools: Tools, credential: Record) -> tuple[Image, ...]:
    """List the images. Raises what the provider's port raises."""
    return _offered(tools, credential, "images", lambda cloud: cloud.images())


def document(kind: str, offered: Iterable[Region | Size | Image]) -> dict[str, Any]:
    """Write what is offered as resource objects that keep their members beside `attributes`."""
    data = []
    for item in offered:
        shown = asdict(item)
        name = shown.pop("id")
        data.append({"type": kind, "id": name, **shown, "attributes": shown})
    return {"data": data}


def forget() -> None:
    """Forget what is kept."""
    _kept.clear()


def _offered(
    tools: Tools, credential: Record, what: str, ask: Callable[[Cloud], tuple[Kind, ...]]
) -> tuple[Kind, ...]:
    place, now = (credential.id, credential.version, what), time.monotonic()
    known = _kept.get(place)
    if known is not None and now - known[0] < KEPT_SECONDS:
        kept: tuple[Kind, ...] = known[1]
        return kept
    answer = ask(opened(tools, credential))
    _kept.pop(place, None)
    while len(_kept) >= MOST_KEPT:
        _kept.pop(next(iter(_kept)))
    _kept[place] = now, answer
    return answer
