"""Where following logs goes on, as an opaque text: places in logs, and whose logs they are."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import Any, get_args

from chalicelib.domain import nanoseconds
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.logs import Place, Stream

NAME_LENGTH = 12
"""What of a container's id is written: as much as people are shown."""
MOST_CONTAINERS = 200
_CONTAINER = re.compile(r"[0-9a-zA-Z-]{1,12}")
STREAM_NAMES = get_args(Stream)


@dataclass(frozen=True)
class Cursor:
    """Places by the short ids of containers; one that is not named is read from `since` on."""

    service: str = ""
    stream: str = ""
    since: str = ""
    places: dict[str, dict[Stream, Place]] = field(default_factory=dict)


def written(cursor: Cursor) -> str:
    """Write a cursor."""
    places = {
        container: {stream: [place.at, place.seen] for stream, place in streams.items()}
        for container, streams in cursor.places.items()
    }
    said = [cursor.service, cursor.stream, cursor.since, places]
    text = json.dumps(said, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(text: str) -> Cursor:
    """Read a cursor. Raises `BadRequest` for what no answer of ours held."""
    try:
        padded = text + "=" * (-len(text) % 4)
        service, stream, since, places = json.loads(base64.urlsafe_b64decode(padded))
        if not isinstance(service, str) or stream not in ("", *STREAM_NAMES):
            raise ValueError(stream)
        if since:
            nanoseconds.check(since)
        if len(places) > MOST_CONTAINERS:
            raise ValueError(len(places))
        found = {key: _places(key, streams) for key, streams in places.items()}
        return Cursor(service, stream, since, found)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, binascii.Error):
        detail = "This cursor is not one of these logs'; take it from meta.cursor."
        raise BadRequest(detail, parameter="cursor") from None


def _places(container: str, streams: Any) -> dict[Stream, Place]:
    if not _CONTAINER.fullmatch(container) or not set(streams) <= set(STREAM_NAMES):
        raise ValueError(container)
    found: dict[Stream, Place] = {}
    for stream, (at, seen) in streams.items():
        nanoseconds.check(at)
        if type(seen) is not int or seen < 0:
            raise ValueError(seen)
        found[stream] = Place(at, seen)
    return found
