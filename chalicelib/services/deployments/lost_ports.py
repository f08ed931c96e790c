"""Host ports that something else on a server holds: given up for others, and given to nobody."""

from __future__ import annotations

from chalicelib.domain.errors import PortInUse, Taken
from chalicelib.domain.plan import Service
from chalicelib.ports.records import Change, Record, Reserve, Work, Write
from chalicelib.services.counters import port_key
from chalicelib.services.deployments.host_ports import free_ports, lost_ports
from chalicelib.services.tools import Tools

MOVING = frozenset({"deploy", "restart", "rollback"})
"""Work during which an app may get another host port: what leads there is made after it."""
MOST_LOST = 10
"""How many host ports an app may lose to what else runs on its server."""
TRIES = 5
"""How often another port is looked for while others take what was found free."""


def port_in_use(error: PortInUse, service: Service) -> PortInUse:
    """Name the service in the refusal of its port."""
    named = PortInUse(f"{service.name} cannot have port {error.port}. {error.detail}")
    named.port = error.port
    return named


def another_port(tools: Tools, deployment: Record, node: Record, error: PortInUse) -> str:
    """Give the port of a refusal up for another one, and say so.

    It stays reserved as long as the app exists, so that it is given to nobody. Raises the refusal
    itself where no other is to be taken, and `Conflict` with code `ports_full` where there is none.
    """
    lost, held = error.port, [port["host_port"] for port in deployment.attributes["ports"]]
    work, enough = deployment.work, len(lost_ports(deployment)) >= MOST_LOST
    if lost is None or lost not in held or enough or work is None or work.kind not in MOVING:
        raise error
    for _ in range(TRIES):
        [free] = free_ports(tools, deployment, node, 1)
        try:
            tools.records().commit(*_moved(tools, deployment, work, node, lost=lost, free=free))
        except Taken:
            continue
        return f"Port {lost} is held by something else on the server; {free} is tried."
    raise error


def _moved(
    tools: Tools, deployment: Record, work: Work, node: Record, *, lost: int, free: int
) -> tuple[Write, ...]:
    ports = [
        {**port, "host_port": free} if port["host_port"] == lost else port
        for port in deployment.attributes["ports"]
    ]
    change = Change(
        of=deployment,
        attributes={
            "ports": ports,
            "proxy_port": next((port["host_port"] for port in ports if port["routed"]), None),
            "lost_ports": [*lost_ports(deployment), lost],
        },
        if_generation=work.generation,
        if_working=True,
    )
    told = tools.told(deployment, "port_lost", "hoster", port=lost, now=free)
    return change, Reserve(port_key(node.id, free), deployment.id), told
