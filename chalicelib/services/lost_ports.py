"""Host ports that something else on a server holds: given up for others, and given to nobody."""

from __future__ import annotations

from chalicelib.domain.errors import PortInUse
from chalicelib.domain.plan import Service
from chalicelib.ports.records import Change, Record, Reserve
from chalicelib.services.counters import port_key
from chalicelib.services.host_ports import free_ports, lost_ports
from chalicelib.services.tools import Tools

MOVING = frozenset({"deploy", "restart"})
"""Work during which an app may get another host port: what leads there is made after it."""
MOST_LOST = 10
"""How many host ports an app may lose to what else runs on its server."""


def port_in_use(error: PortInUse, service: Service) -> PortInUse:
    """Name the service in the refusal of its port."""
    named = PortInUse(f"{service.name} cannot have port {error.port}. {error.detail}")
    named.port = error.port
    return named


def another_port(tools: Tools, deployment: Record, node: Record, error: PortInUse) -> str:
    """Give the port of a refusal up for another one, and say so.

    It stays reserved as long as the app exists, so that it is given to nobody. Raises the refusal
    itself where no other is to be taken, `Conflict` with code `ports_full` where there is none,
    and `Taken` when the new one went meanwhile.
    """
    attributes, lost = deployment.attributes, lost_ports(deployment)
    held = [port["host_port"] for port in attributes["ports"]]
    moves = deployment.work is not None and deployment.work.kind in MOVING
    if error.port not in held or not moves or len(lost) >= MOST_LOST:
        raise error
    [free] = free_ports(tools, deployment, node, 1)
    ports = [
        {**port, "host_port": free} if port["host_port"] == error.port else port
        for port in attributes["ports"]
    ]
    tools.records().commit(
        Change(
            of=deployment,
            attributes={
                "ports": ports,
                "proxy_port": next((port["host_port"] for port in ports if port["routed"]), None),
                "lost_ports": [*lost, error.port],
            },
            if_generation=deployment.generation,
            if_working=True,
        ),
        Reserve(port_key(node.id, free), deployment.id),
        tools.told(deployment, "port_lost", "hoster", port=error.port, now=free),
    )
    return f"Port {error.port} is held by something else on the server; {free} is tried."
