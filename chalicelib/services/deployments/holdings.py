"""What a deployment holds until it is deleted, as the writes that give it back."""

from __future__ import annotations

from chalicelib.ports.records import Count, Record, Release, Write
from chalicelib.services import uses
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.catalogue import starts
from chalicelib.services.counters import host_key, total_key
from chalicelib.services.deployments import coming
from chalicelib.services.deployments.capacity import given_back, room_of
from chalicelib.services.deployments.host_ports import released


def counted(deployment: Record) -> list[Write]:
    """Give back what is counted: limits, uses, and room on the node. Not to be done twice."""
    owner, attributes = deployment.owner, deployment.attributes
    writes: list[Write] = [
        Count(total_key("deployments", owner), -1),
        uses.ended(attributes["template_id"], deployment.id),
        *starts.no_more(deployment),
        *plan_limits.give_back(owner, _used(deployment)),
    ]
    if target := attributes.get("backup_target_id"):
        writes.append(uses.ended(target, deployment.id))
    if deployment.node:
        writes.append(uses.ended(deployment.node, deployment.id))
        if attributes.get("placed_at"):
            room = room_of(deployment).more(coming.reserved_room(deployment))
            writes += given_back(deployment.node, room)
    return writes


def _used(deployment: Record) -> plan_limits.Use:
    """What a deployment takes of its owner's limits; its domains end before it, each by itself."""
    used = plan_limits.of_deployment(deployment)
    return {name: by + coming.claimed(deployment).get(name, 0) for name, by in used.items()}


def freed(deployment: Record) -> list[Write]:
    """Give back names and ports, those of what comes next among them; repeats change nothing."""
    domains = deployment.attributes.get("domains") or []
    names = [Release(host_key(domain["hostname"]), deployment.id) for domain in domains]
    placed = deployment.node and deployment.attributes.get("placed_at")
    ports = released(deployment) if placed else []
    return [*names, *ports, *coming.released(deployment)]
