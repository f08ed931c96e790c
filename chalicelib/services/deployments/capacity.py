"""What is given away of a node, counted in the transactions that take it and give it back."""

from __future__ import annotations

from chalicelib.domain.placement import OVERCOMMIT, Room
from chalicelib.ports.records import Count, Record
from chalicelib.services.counters import capacity_key

COUNTED = ("cpu", "memory", "disk")


def room_of(deployment: Record) -> Room:
    """What a deployment takes of its node."""
    attributes = deployment.attributes
    return Room(
        float(attributes["resources_cpu_cores"]),
        float(attributes["resources_memory_mb"]),
        float(attributes["resources_disk_mb"]),
    )


def whole(node: Record) -> Room:
    """What may be given away of a node in all."""
    has = node.attributes
    return Room(
        float(has.get("capacity_cpu_cores") or 0) * OVERCOMMIT,
        float(has.get("capacity_memory_mb") or 0),
        float(has.get("capacity_disk_mb") or 0),
    )


def taken(node: Record, room: Room) -> list[Count]:
    """The writes that take room, or give back what is less than none.

    `commit` raises `LimitReached` when it is not there.
    """
    each = zip(COUNTED, room, whole(node), strict=True)
    return [
        Count(capacity_key(node.id, what), by, at_most=most, limit=f"node {what}")
        for what, by, most in each
        if by
    ]


def given_back(node_id: str, room: Room) -> list[Count]:
    """The writes that give room back, whatever has become of the node."""
    each = zip(COUNTED, room, strict=True)
    return [Count(capacity_key(node_id, what), -by) for what, by in each if by]
