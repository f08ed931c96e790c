"""Usage events: what an account used, as the gateway's meter is told of it."""

from __future__ import annotations

from pydantic import BaseModel

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import States


class UsageEventAttributes(BaseModel):
    """What an account sees of what it used, and what the gateway says to it."""

    event_type: str | None = None
    resource_type: str | None = None
    resource_id: str | None = None
    quantity: float | None = None
    at: str | None = None
    metadata: dict[str, str] | None = None
    status: str | None = None
    judged_at: str | None = None
    code: str | None = None
    detail: str | None = None


USAGE_EVENTS = Resource(
    name="usage_events",
    singular="usage_event",
    prefix="evt_",
    owner_field="user_id",
    attributes=UsageEventAttributes,
    create=None,
    update=None,
    states=States("undelivered", {"undelivered": frozenset({"delivered", "rejected"})}),
    verbs=frozenset(),
    works=False,
    filters=frozenset({"status", "event_type", "resource_id"}),
    filters_join=True,
    counted=False,
)
