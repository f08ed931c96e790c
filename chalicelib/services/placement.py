"""Where a deployment goes: its node, host ports and host name, reserved until it is gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from chalicelib.domain.errors import Conflict, Forbidden, Stale, Taken
from chalicelib.domain.hostnames import app_host
from chalicelib.ports.records import Change, Check, Count, Record, Reserve, Selection, Write
from chalicelib.services import uses
from chalicelib.services.counters import capacity_key, host_key, port_key
from chalicelib.services.host_ports import free_ports
from chalicelib.services.tools import Tools

TRIES = 20
"""How often ports and a host name are looked for while others take what was found free."""

NOTICE = (
    "This server is somebody else's: whoever owns it can read everything that runs on it, "
    "its data and its secrets among it."
)
"""What is said whenever an app goes to somebody else's server."""


def notice_of(tools: Tools, deployment: Record) -> str | None:
    """What to tell the owner of a deployment about its node; None when the node is their own."""
    node = tools.records().get(deployment.node or deployment.attributes.get("node_id") or "")
    return NOTICE if node is not None and node.owner != deployment.owner else None


def usable_node(tools: Tools, deployment: Record) -> Record:
    """Read the deployment's node and check that it may be used now. Raises `Conflict`."""
    node_id = deployment.node or deployment.attributes.get("node_id")
    node = tools.records().get(node_id or "")
    return check_node(
        node,
        owner=deployment.owner,
        public=deployment.attributes["allow_public_nodes"],
        capabilities=deployment.attributes.get("required_capabilities") or (),
    )


def still_usable(node: Record, deployment: Record) -> Check:
    """Demand, in the write that goes on with a node, that it is what `check_node` saw."""
    return Check(node, if_status=("online",), if_public=node.owner != deployment.owner)


def claim_node(node: Record, deployment: Record) -> tuple[Write, ...]:
    """Begin to use a node for a deployment, on condition that it still may be used."""
    return uses.begun(node, deployment.id, still_usable(node, deployment))


def check_node(
    node: Record | None, *, owner: str, public: bool, capabilities: Iterable[str] = ()
) -> Record:
    """Give a node back that this owner may use, that can do it and is online.

    Raises `Conflict` otherwise.
    """
    node = check_allowed(node, owner=owner, public=public)
    missing = lacks(node, capabilities)
    if missing:
        detail = (
            f"The server {node.attributes['name']} lacks {', '.join(missing)}, needed by this app."
            " Choose another, or add it to the server's capabilities if it is there."
        )
        raise Conflict(detail, code="node_lacks_capability")
    if node.status != "online":
        raise Conflict(
            f"The server {node.attributes['name']} is {_NOT_ONLINE[node.status]}",
            code="node_not_online",
        )
    return node


def check_allowed(node: Record | None, *, owner: str, public: bool) -> Record:
    """Give a node back that this owner may use, whatever its state. Raises `Conflict` otherwise."""
    if node is None or node.type != "nodes" or node.status == "deleted":
        raise Conflict("The chosen server does not exist any more; choose another.", code="no_node")
    if node.owner != owner and not node.public:
        raise Conflict("The chosen server does not exist any more; choose another.", code="no_node")
    if node.owner != owner and not public:
        detail = (
            "This server is somebody else's: they can read what runs on it. "
            "Allow public servers to use it."
        )
        raise Conflict(detail, code="public_node_not_allowed")
    return node


def lacks(node: Record, capabilities: Iterable[str]) -> list[str]:
    """The capabilities that a node does not have."""
    return sorted(set(capabilities) - set(node.attributes.get("capabilities") or ()))


_NOT_ONLINE = {
    "offline": "offline. Check it, wait until it is online, or choose another.",
    "maintenance": "in maintenance. Nothing is placed there until its owner ends that; wait, or"
    " choose another.",
    "lost": "lost. Choose another.",
}


MOST_NODES = 100
"""How many nodes an automatic choice looks at."""


def choose_node(
    tools: Tools,
    owner: str,
    *,
    cpus: float,
    memory_mb: int,
    disk_mb: int,
    public: bool,
    capabilities: Iterable[str] = (),
) -> Record:
    """Choose the online node with the most free memory: an own one, before any that is public.

    Somebody else's is looked at only with `public`, and only nodes that have the capabilities.
    Raises `Conflict`.
    """
    required = tuple(capabilities)
    own = _online(tools, Selection("nodes", owner=owner, status="online"), required)
    wanted = Room(cpus, memory_mb, disk_mb)
    best = _roomiest(tools, own, wanted)
    if best is None and public:
        shared = _online(tools, Selection("nodes", public=True), required)
        best = _roomiest(tools, [node for node in shared if node.owner != owner], wanted)
    if best is None:
        detail = (
            "None of your servers is online with enough room. Add a server."
            if own
            else "You have no server that is online. Add a server first."
        )
        if required:
            detail += f" It needs {', '.join(required)}."
        raise Conflict(detail, code="no_node")
    return best


def _online(tools: Tools, selection: Selection, capabilities: tuple[str, ...]) -> list[Record]:
    page = tools.records().select(selection, limit=MOST_NODES, after=None, before=None)
    return [
        node for node in page.records if node.status == "online" and not lacks(node, capabilities)
    ]


class Room(NamedTuple):
    """What is free on a node, or wanted: CPU cores, memory and disk in MB."""

    cpus: float
    memory_mb: float
    disk_mb: float

    def holds(self, wanted: Room) -> bool:
        """Whether there is room for what is wanted."""
        return all(free >= need for free, need in zip(self, wanted, strict=True))


def _roomiest(tools: Tools, nodes: list[Record], wanted: Room) -> Record | None:
    """The node with the most free memory among those that have room."""
    able = [(room.memory_mb, node) for node, room in _rooms(tools, nodes) if room.holds(wanted)]
    return max(able, key=lambda found: found[0])[1] if able else None


def _rooms(tools: Tools, nodes: list[Record]) -> list[tuple[Record, Room]]:
    """What each node has that is not given away; their counters are one read."""
    kept = tuple(capacity_key(node.id, w) for node in nodes for w in ("cpu", "memory", "disk"))
    used = tools.records().counters(kept)
    return [
        (
            node,
            Room(
                _has(node, "cpu_cores") * OVERCOMMIT - used[capacity_key(node.id, "cpu")],
                _has(node, "memory_mb") - used[capacity_key(node.id, "memory")],
                _has(node, "disk_mb") - used[capacity_key(node.id, "disk")],
            ),
        )
        for node in nodes
    ]


def _has(node: Record, what: str) -> float:
    return float(node.attributes.get(f"capacity_{what}") or 0)


OVERCOMMIT = 4.0
"""CPU limits may add up to this many times a node's cores: they are ceilings, seldom all used."""


def place(tools: Tools, deployment: Record) -> Record:
    """Reserve host ports, host name and capacity, and move to `starting`; repeats change nothing.

    Raises `Conflict` with code `ports_full`, `node_full` or what `usable_node` raises.
    """
    node = usable_node(tools, deployment)
    attributes = deployment.attributes
    unplaced = sum(port["host_port"] is None for port in attributes["ports"])
    if attributes.get("placed_at") and not unplaced:
        return _to_starting(tools, deployment)
    names_taken = 0
    for _ in range(TRIES):
        host = _new_host(tools, deployment, attempt=names_taken)
        found = free_ports(tools, deployment, node, unplaced)
        try:
            return _reserve(tools, deployment, node, found, host)
        except Stale:
            usable_node(tools, deployment)
            raise
        except Taken as error:
            names_taken += bool(host) and error.detail.startswith(host_key(host))
        except Forbidden as error:
            name = node.attributes["name"]
            detail = f"The server {name} has no room for this app. Choose or add another."
            raise Conflict(detail, code="node_full") from error
    detail = f"No free port or host name for this app on {node.attributes['name']}."
    raise Conflict(detail, code="ports_full")


def _new_host(tools: Tools, deployment: Record, *, attempt: int) -> str:
    """The automatic name to reserve; empty when there is one, or no route that it could lead to."""
    attributes = deployment.attributes
    named = any(domain["type"] == "auto" for domain in attributes["domains"])
    if named or not any(port["routed"] for port in attributes["ports"]):
        return ""
    domain = tools.settings().apps_domain
    return app_host(attributes["name"], deployment.id, domain, attempt=attempt)


def _reserve(
    tools: Tools, deployment: Record, node: Record, found: tuple[int, ...], host: str
) -> Record:
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
        still_usable(node, deployment),
        *(Reserve(port_key(node.id, port), deployment.id) for port in found),
        *([Reserve(host_key(host), deployment.id)] if host else []),
        *([] if placed_at else _room_taken(deployment, node)),
        tools.told(deployment, "placed", "hoster", node=node.id, port=routed, host=host),
    )
    reserved = tools.records().get(deployment.id)
    if reserved is None:
        raise Stale("The deployment is gone.")
    return reserved


def _room_taken(deployment: Record, node: Record) -> list[Count]:
    attributes = deployment.attributes
    return [
        Count(
            capacity_key(node.id, "cpu"),
            float(attributes["resources_cpu_cores"]),
            at_most=_has(node, "cpu_cores") * OVERCOMMIT,
            limit="node cpu",
        ),
        Count(
            capacity_key(node.id, "disk"),
            float(attributes["resources_disk_mb"]),
            at_most=_has(node, "disk_mb"),
            limit="node disk",
        ),
        Count(
            capacity_key(node.id, "memory"),
            float(attributes["resources_memory_mb"]),
            at_most=_has(node, "memory_mb"),
            limit="node memory",
        ),
    ]


def _to_starting(tools: Tools, deployment: Record) -> Record:
    return tools.records().change(
        Change(
            of=deployment,
            status="starting" if deployment.status != "running" else None,
            if_generation=deployment.generation,
            if_working=True,
        )
    )
