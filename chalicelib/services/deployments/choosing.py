"""Which node an app may use, and which is chosen for one whose deployer named none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from chalicelib.domain.errors import Conflict
from chalicelib.domain.placement import (
    NOTHING,
    Candidate,
    Need,
    Room,
    best,
    reason_against,
)
from chalicelib.domain.refused_nodes import (
    kept_for_proof,
    no_such_node,
    public_not_allowed,
    refusal_of,
    refusal_of_all,
)
from chalicelib.ports.records import Check, Record, Selection, Write
from chalicelib.services import uses
from chalicelib.services.counters import capacity_key
from chalicelib.services.deployments.capacity import COUNTED, room_of, whole
from chalicelib.services.throwaways import for_proof, is_for_proof
from chalicelib.services.tools import Tools

NONE_YET: Mapping[str, Conflict] = MappingProxyType({})
PAGE = 100
MOST_NODES = 300
"""How many of the owner's nodes, and how many public ones, an automatic choice looks at."""

NOTICE = (
    "This server is somebody else's: whoever owns it can read everything that runs on it, "
    "its data and its secrets among it."
)
"""What is said whenever an app goes to somebody else's server."""


def notice_of(tools: Tools, deployment: Record) -> str | None:
    """What to tell the owner of a deployment about its node; None when the node is their own."""
    node = tools.records().get(_node_id(deployment))
    return NOTICE if node is not None and node.owner != deployment.owner else None


def check_allowed(
    node: Record | None, *, owner: str, public: bool, proof: str | None = None
) -> Record:
    """Give a node back that this owner may use, whatever its state. Raises `Conflict` otherwise.

    A server that was made for a proof takes the app of that proof alone.
    """
    if node is None or node.type != "nodes" or node.status == "deleted":
        raise no_such_node()
    if node.owner != owner and not node.public:
        raise no_such_node()
    if node.owner != owner and not public:
        raise public_not_allowed()
    if for_proof(node) not in {None, proof}:
        raise kept_for_proof()
    return node


def check_node(
    node: Record | None, need: Need, *, owner: str, public: bool, proof: str | None = None
) -> Record:
    """Give a node back that this owner may use and that can do what is needed, room left aside.

    Raises `Conflict` with the reason's own code otherwise.
    """
    node = check_allowed(node, owner=owner, public=public, proof=proof)
    _refuse(_candidate(node), replace(need, room=NOTHING))
    return node


def usable_node(tools: Tools, deployment: Record, node_id: str = "") -> Record:
    """Read the deployment's node, or another, and check that it may be used now.

    Raises `Conflict`.
    """
    return _checked(tools, deployment, node_id, need_of(deployment, starts=False))


def startable_node(tools: Tools, deployment: Record, need: Need) -> Record:
    """Read the deployment's node and check that the app can start there. Raises `Conflict`.

    One that has its place there needs no room.
    """
    node = _checked(tools, deployment, "", need)
    if not deployment.attributes.get("placed_at"):
        refuse_full(tools, node, need)
    return node


def refuse_full(tools: Tools, node: Record, need: Need) -> None:
    """Raise `Conflict` with code `node_full` when a node has no room for what is needed."""
    [candidate] = _candidates(tools, [node])
    _refuse(candidate, need)


def still_usable(node: Record, deployment: Record) -> Check:
    """Demand, in the write that goes on with a node, that it is what `check_node` saw."""
    return Check(node, if_status=("online",), if_public=node.owner != deployment.owner)


def claim_node(node: Record, deployment: Record) -> tuple[Write, ...]:
    """Begin to use a node for a deployment, on condition that it still may be used."""
    return uses.begun(node, deployment.id, still_usable(node, deployment))


def moved_to(node: Record, deployment: Record) -> tuple[Write, ...]:
    """Go on with a node: the one that the deployment has, or another in its place."""
    left = deployment.node
    if left == node.id:
        return (still_usable(node, deployment),)
    return (*claim_node(node, deployment), *([uses.ended(left, deployment.id)] if left else []))


def may_choose(deployment: Record) -> bool:
    """Whether Hoster chooses the node: its deployer named none, and nothing is placed yet."""
    attributes = deployment.attributes
    named = attributes.get("node_id") and not attributes.get("node_chosen")
    return not named and not attributes.get("placed_at")


def need_of(
    deployment: Record, allowed: tuple[str, ...] | list[str] = (), *, starts: bool = True
) -> Need:
    """What a deployment needs of a node, its owner's plan allowing these capabilities."""
    attributes = deployment.attributes
    return Need(
        room=room_of(deployment),
        capabilities=frozenset(attributes.get("required_capabilities") or ()),
        allowed=frozenset(allowed),
        starts=starts,
    )


def choose_node(
    tools: Tools, deployment: Record, need: Need, *, refused: Mapping[str, Conflict] = NONE_YET
) -> Record:
    """Choose the best node: an own one, before any that is public.

    Somebody else's is looked at only where the deployment allows it. `refused` holds what nodes
    said that were tried already: none of them is taken. Raises `Conflict` with the code of the
    reason that binds.
    """
    owner, public = deployment.owner, deployment.attributes["allow_public_nodes"]
    nodes = _listed(tools, Selection("nodes", owner=owner))
    seen = _candidates(tools, nodes)
    chosen = best((one for one in seen if one.id not in refused), need)
    if chosen is None and public:
        shared = [n for n in _listed(tools, Selection("nodes", public=True)) if n.owner != owner]
        nodes += shared
        others = _candidates(tools, shared)
        chosen = best((one for one in others if one.id not in refused), need)
        seen += others
    if chosen is None:
        tried = best(seen, need)
        raise refused[tried.id] if tried else refusal_of_all(seen, need, public=public)
    return next(node for node in nodes if node.id == chosen.id)


def _node_id(deployment: Record) -> str:
    return deployment.node or deployment.attributes.get("node_id") or ""


def _checked(tools: Tools, deployment: Record, node_id: str, need: Need) -> Record:
    node = tools.records().get(node_id or _node_id(deployment))
    public = deployment.attributes["allow_public_nodes"]
    return check_node(
        node, need, owner=deployment.owner, public=public, proof=for_proof(deployment)
    )


def _refuse(candidate: Candidate, need: Need) -> None:
    reason = reason_against(candidate, need)
    if reason is not None:
        raise refusal_of(candidate, reason, need)


def _listed(tools: Tools, selection: Selection) -> list[Record]:
    """Read the nodes of a selection, a page at a time, newest first."""
    found: list[Record] = []
    after: str | None = None
    while len(found) < MOST_NODES:
        page = tools.records().select(selection, limit=PAGE, after=after, before=None)
        found += [node for node in page.records if not is_for_proof(node)]
        after = page.after
        if after is None:
            break
    return found


def _candidates(tools: Tools, nodes: list[Record]) -> list[Candidate]:
    """See nodes with what each has given away; the counters of all are read at once."""
    keys = {node.id: [capacity_key(node.id, what) for what in COUNTED] for node in nodes}
    counted = tools.records().counters(tuple(key for own in keys.values() for key in own))
    return [_candidate(node, Room(*(counted[key] for key in keys[node.id]))) for node in nodes]


def _candidate(node: Record, used: Room = NOTHING) -> Candidate:
    has = node.attributes
    return Candidate(
        id=node.id,
        name=has["name"],
        created_at=node.created_at,
        status=node.status,
        capabilities=frozenset(has.get("capabilities") or ()),
        total=whole(node),
        used=used,
        disk_used_percent=has.get("disk_used_percent"),
    )
