"""Cursors of pages: opaque to clients, and read back with suspicion."""

from __future__ import annotations

import base64
import binascii
import json

from chalicelib.adapters.records.items import created_key, is_key
from chalicelib.domain.errors import BadRequest
from chalicelib.ports.records import Record


def cursor_at(record: Record) -> str:
    """Write the cursor of a record's place in any list that is sorted by creation."""
    text = json.dumps([created_key(record), record.id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str, *, parameter: str) -> tuple[str, str]:
    """Read a cursor as sort key and id. Raises `BadRequest` naming the query word."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place, record_id = json.loads(base64.urlsafe_b64decode(padded))
        if is_key(record_id) and is_key(place) and place.endswith(f"#{record_id}"):
            return place, record_id
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        pass
    detail = "This cursor is not one of ours; take it from links.next or links.prev."
    raise BadRequest(detail, parameter=parameter)
