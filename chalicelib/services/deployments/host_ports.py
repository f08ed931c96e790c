"""The host ports of deployments: found free, reserved with the placement, kept until removal."""

from __future__ import annotations

from itertools import islice

from chalicelib.domain.errors import Conflict
from chalicelib.domain.host_ports import from_seed
from chalicelib.domain.plan import Service
from chalicelib.ports.records import Record, Release
from chalicelib.services.counters import port_key
from chalicelib.services.tools import Tools

CHUNK = 100
"""How many ports one read of reservations looks at."""


def host_ports(deployment: Record, service: Service) -> dict[tuple[int, str], int]:
    """Where a service's ports are on the host, by container port and protocol."""
    return {
        (port["container_port"], port["protocol"]): port["host_port"]
        for port in deployment.attributes["ports"]
        if port["service"] == service.name and port["host_port"]
    }


def free_ports(tools: Tools, deployment: Record, node: Record, count: int) -> tuple[int, ...]:
    """Find ports of a node that nobody holds, from a place that the deployment's id decides.

    Raises `Conflict` with code `ports_full` when there are fewer.
    """
    around = from_seed(int(deployment.id.replace("-", "")[-6:], 16))
    found: list[int] = []
    while len(found) < count:
        window = tuple(islice(around, CHUNK))
        if not window:
            detail = f"{node.attributes['name']} has no {count} app ports left. Choose another."
            raise Conflict(detail, code="ports_full")
        held = tools.records().reservations(f"port#{node.id}#", tuple(map(str, window)))
        found += [port for port in window if str(port) not in held]
    return tuple(found[:count])


def lost_ports(deployment: Record) -> list[int]:
    """The host ports that were the deployment's and that something else on its node holds."""
    return list(deployment.attributes.get("lost_ports") or ())


def released(deployment: Record) -> list[Release]:
    """The writes that give a deployment's host ports back."""
    held = [port["host_port"] for port in deployment.attributes["ports"] if port["host_port"]]
    return [
        Release(port_key(deployment.node, port), deployment.id)
        for port in (*held, *lost_ports(deployment))
        if deployment.node
    ]
