"""Who may see a record: its owner, and others what is public."""

from __future__ import annotations

from chalicelib.engine.resource import Resource
from chalicelib.ports.records import Record


def can_see(resource: Resource, record: Record | None, reader: str | None) -> bool:
    """Whether a reader may see a record as one of this resource; `reader` None is a visitor."""
    if record is None or record.type != resource.name or record.status == resource.states.final:
        return False
    if reader is not None and record.owner == reader:
        return True
    open_to_all = resource.public_read or (resource.member_read and reader is not None)
    return record.public and open_to_all
