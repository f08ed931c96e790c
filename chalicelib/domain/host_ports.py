"""The ports of a deployment on its node: which it publishes, and where on the host they may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.domain.plan import Plan

FIRST_PORT = 30000
LAST_PORT = 39999
PORTS = LAST_PORT - FIRST_PORT + 1

MOST_PUBLISHED = 20
"""How many ports one deployment may publish."""

PublishedPort = dict[str, Any]
"""One of a deployment's `ports`: `service`, `container_port`, `protocol`, `routed`, `host_port`."""


def published_ports(plan: Plan) -> list[PublishedPort]:
    """List what a plan publishes, each port of a service once; `host_port` is None until placed.

    The port that the route leads to is among them, also where the text only exposes it.
    """
    wanted: dict[tuple[str, int, str], None] = {
        (service.name, port.target, port.protocol): None
        for service in plan.services
        for port in service.ports
    }
    routed = (plan.route.service, plan.route.port, "tcp") if plan.route else None
    if routed:
        wanted[routed] = None
    return [
        {
            "service": service,
            "container_port": port,
            "protocol": protocol,
            "routed": (service, port, protocol) == routed,
            "host_port": None,
        }
        for service, port, protocol in wanted
    ]


def too_many_ports(plan: Plan) -> str:
    """Say why a plan publishes too much; empty when it does not."""
    count = len(published_ports(plan))
    if count <= MOST_PUBLISHED:
        return ""
    return (
        f"The compose text publishes {count} ports; an app may have {MOST_PUBLISHED}. Publish fewer"
        " under ports: services of one app reach each other without."
    )


def from_seed(seed: int) -> Iterator[int]:
    """Yield every host port once, starting at a place that `seed` decides and going round.

    Different deployments start at different places, so that two that are placed at once seldom
    meet on one port.
    """
    return (FIRST_PORT + (seed + step) % PORTS for step in range(PORTS))
