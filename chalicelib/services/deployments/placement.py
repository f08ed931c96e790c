"""Reserves what an app takes of its node: ports, host name and room, kept until it is deleted."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import Conflict, Forbidden, Stale, Taken
from chalicelib.ports.records import Change, Journal, Record, Reserve
from chalicelib.services.counters import host_key, port_key
from chalicelib.services.deployments.capacity import room_of, taken
from chalicelib.services.deployments.choosing import (
    choose_node,
    may_choose,
    moved_to,
    need_of,
    refuse_full,
    usable_node,
)
from chalicelib.services.deployments.host_ports import free_ports
from chalicelib.services.domains.automatic_names import new_host
from chalicelib.services.tools import Tools

TRIES = 20
"""How often ports and a host name are looked for while others take what was found free."""
NODES = 5
"""How many nodes are tried where Hoster chooses."""


def place(tools: Tools, deployment: Record) -> None:
    """Reserve host ports, host name and capacity, and move to `starting`; repeats change nothing.

    Where Hoster chose the node and that lost its room meanwhile, or can no longer be used, another
    one is taken. Raises `Conflict` with code `ports_full`, `node_full`, what `usable_node` raises,
    or what `choose_node` does.
    """
    refused: dict[str, Conflict] = {}
    node_id = deployment.node or ""
    while True:
        try:
            _place_on(tools, deployment, usable_node(tools, deployment, node_id))
        except Conflict as refusal:
            refused[node_id] = refusal
            if len(refused) == NODES or not may_choose(deployment):
                raise
        else:
            return
        need = need_of(deployment, deployment.attributes["allowed_capabilities"])
        node_id = choose_node(tools, deployment, need, refused=refused).id


def _place_on(tools: Tools, deployment: Record, node: Record) -> None:
    attributes = deployment.attributes
    unplaced = sum(port["host_port"] is None for port in attributes["ports"])
    if attributes.get("placed_at") and not unplaced:
        _to_starting(tools, deployment)
        return
    names_taken = 0
    for _ in range(TRIES):
        host = new_host(tools, deployment, attempt=names_taken)
        found = free_ports(tools, deployment, node, unplaced)
        try:
            _reserve(tools, deployment, node, found, host)
        except Stale:
            usable_node(tools, deployment, node.id)
            raise
        except Taken as error:
            names_taken += bool(host) and error.detail.startswith(host_key(host))
        except Forbidden:
            refuse_full(tools, node, need_of(deployment))
        else:
            return
    detail = f"No free port or host name for this app on {node.attributes['name']}."
    raise Conflict(detail, code="ports_full")


def _reserve(
    tools: Tools, deployment: Record, node: Record, found: tuple[int, ...], host: str
) -> None:
    """Take what was found free, whatever of it the deployment lacks, in one transaction."""
    attributes, free = deployment.attributes, iter(found)
    ports = [{**port, "host_port": port["host_port"] or next(free)} for port in attributes["ports"]]
    routed = next((port["host_port"] for port in ports if port["routed"]), None)
    placed_at = attributes.get("placed_at")
    changed = {
        "node_id": node.id,
        "ports": ports,
        "proxy_port": routed,
        "placed_at": placed_at or tools.now(),
    }
    if host:
        domain = {"hostname": host, "type": "auto", "status": "verified", "ssl_enabled": False}
        changed["domains"] = [domain, *attributes["domains"]]
        changed["url"] = tools.settings().proxy_url.replace("{host}", host)
    tools.records().commit(
        Change(
            of=deployment,
            status="starting",
            node=node.id,
            attributes=changed,
            if_generation=deployment.generation,
            if_working=True,
        ),
        *moved_to(node, deployment),
        *(Reserve(port_key(node.id, port), deployment.id) for port in found),
        *([Reserve(host_key(host), deployment.id)] if host else []),
        *([] if placed_at else taken(node, room_of(deployment))),
        _told(tools, deployment, node=node.id, port=routed, host=host),
    )


def _told(tools: Tools, deployment: Record, *, host: str, **said: Any) -> Journal:
    """Tell where the app is placed, and by which name it is reached if it has a route."""
    had = (d["hostname"] for d in deployment.attributes["domains"] if d["type"] == "auto")
    name = host or next(had, "")
    if not name:
        return tools.told(deployment, "placed_unrouted", "hoster", node=said["node"])
    return tools.told(deployment, "placed", "hoster", **said, host=name)


def _to_starting(tools: Tools, deployment: Record) -> None:
    tools.records().change(
        Change(
            of=deployment,
            status="starting" if deployment.status != "running" else None,
            if_generation=deployment.generation,
            if_working=True,
        )
    )
