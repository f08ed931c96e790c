"""Events: an account's audit trail, read from the journal and never written by a client."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import States


class EventAttributes(BaseModel):
    """What an account sees of something that happened to one of its records."""

    name: str | None = None
    resource_type: str | None = None
    resource_id: str | None = None
    actor: str | None = None
    at: str | None = None
    message: str | None = None
    details: dict[str, Any] | None = None


EVENTS = Resource(
    name="events",
    singular="event",
    prefix="evt_",
    owner_field="account",
    attributes=EventAttributes,
    create=None,
    update=None,
    states=States("told", {}),
    verbs=frozenset(),
    shows_status=False,
    filters=frozenset({"resource_id", "resource_type"}),
    counted=False,
)
