"""Who did what to which resource, written with the change itself."""

from __future__ import annotations

from typing import Any

from chalicelib.ports.records import Journal, Usage
from chalicelib.runtime import wiring


def told(entity: str, name: str, actor: str, **data: Any) -> Journal:
    """A journal entry of this moment."""
    return Journal(entity=entity, name=name, at=wiring.now(), actor=actor, data=data)


def used(user: str, event: str, resource: str, resource_type: str, **metadata: str) -> Usage:
    """A usage event of this moment."""
    return Usage(
        id=wiring.new_event_id(),
        user=user,
        event=event,
        resource=resource,
        resource_type=resource_type,
        at=wiring.now(),
        metadata=metadata,
    )
