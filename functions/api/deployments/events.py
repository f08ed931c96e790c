"""List what happened to a deployment, newest first."""

from __future__ import annotations

import re
from typing import Any

from typing_extensions import TypedDict

from chalicelib.domain.errors import BadRequest
from chalicelib.engine.query import count
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.work.trails import said

MAX_EVENTS = 1000
MAX_NAMES = 20
NAME = re.compile(r"[a-z][a-z_]{0,60}")


class DeploymentEvent(TypedDict):
    """Something that happened, told for people."""

    id: str
    type: str
    container: str | None
    """The service that it happened to; null for the app as a whole."""
    message: str
    timestamp: str
    actor: str
    """A user's id, or `hoster` for the system."""
    duration_seconds: float | None
    """How long the work took that ended with it; null for what takes no time."""
    details: dict[str, Any]


class DeploymentEvents(TypedDict):
    """What happened to a deployment, newest first."""

    events: list[DeploymentEvent]


class EventsMeta(TypedDict):
    """Which events these are."""

    limit: int
    type_filter: str | None


@operation(
    "GET /v1/deployments/{id}/monitoring/events",
    access="owner",
    resource=DEPLOYMENTS,
    query=("limit", "type"),
    answers=one("deployment-events", DeploymentEvents, meta=EventsMeta),
    needs=(reads("resources", "journal"),),
)
def handler(call: Call) -> Answer:
    """List what happened to a deployment, newest first."""
    query = call.request.query
    limit = count("limit", query.get("limit", ("50",))[0], most=MAX_EVENTS)
    names = tuple(query["type"][0].split(",")) if "type" in query else ()
    if len(names) > MAX_NAMES or not all(NAME.fullmatch(name) for name in names):
        detail = f"type holds at most {MAX_NAMES} names like container_started, with commas."
        raise BadRequest(detail, parameter="type")
    entries = wiring.records().journal(call.target.id, limit=limit, names=names)
    events = [
        {
            "id": entry.id,
            "type": entry.name,
            "container": entry.data.get("service"),
            "message": said(entry),
            "timestamp": entry.at,
            "actor": entry.actor,
            "duration_seconds": entry.data.get("seconds"),
            "details": entry.data,
        }
        for entry in entries
    ]
    data = {"type": "deployment-events", "id": call.target.id, "attributes": {"events": events}}
    meta = {"limit": limit, "type_filter": ",".join(names) or None}
    return Answer(200, {"data": data, "meta": meta})
