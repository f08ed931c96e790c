"""The journal as people read it: entries as events, with what they say in plain words."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.events import sentence
from chalicelib.ports.records import JournalEntry


def event(entry: JournalEntry) -> dict[str, Any]:
    """Write an entry as a resource object of type `events`."""
    return {
        "type": "events",
        "id": entry.id,
        "attributes": {
            "name": entry.name,
            "resource_type": entry.type,
            "resource_id": entry.entity,
            "actor": entry.actor,
            "at": entry.at,
            "message": said(entry),
            "details": entry.data,
        },
        "relationships": {"resource": {"data": {"type": entry.type, "id": entry.entity}}},
    }


def said(entry: JournalEntry) -> str:
    """What an entry says in plain words."""
    return sentence(entry.type, entry.name, entry.data)
