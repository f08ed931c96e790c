"""Says why an app cannot go to the node that was named, or to any: each reason with its code."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.domain.errors import Conflict
from chalicelib.domain.placement import (
    FULL_DISK_PERCENT,
    Candidate,
    Need,
    Reason,
    binding,
    largest_slot,
)

NAMED = 5
"""How many nodes a refusal names."""

_NOT_ONLINE = {
    "offline": "offline. Check it, wait until it is online, or choose another.",
    "maintenance": "in maintenance. Nothing is placed there until its owner ends that; wait, or"
    " choose another.",
    "lost": "lost. Choose another.",
}

_STATE = {"offline": "offline", "maintenance": "in maintenance", "lost": "lost"}


def no_such_node() -> Conflict:
    """The node that was named is gone, or not to be seen."""
    return Conflict("The chosen server does not exist any more; choose another.", code="no_node")


def kept_for_proof() -> Conflict:
    """The node that was named was made to prove a version, and is destroyed after that."""
    detail = "This server was made to test a template and is destroyed after that; choose another."
    return Conflict(detail, code="kept_for_proof")


def public_not_allowed() -> Conflict:
    """The node that was named is somebody else's, and the deployment does not allow that."""
    detail = (
        "This server is somebody else's: they can read what runs on it. "
        "Allow public servers to use it."
    )
    return Conflict(detail, code="public_node_not_allowed")


def refusal_of(node: Candidate, reason: Reason, need: Need) -> Conflict:
    """Why the node that was named cannot take the app."""
    name = node.name
    match reason:
        case "not_online":
            return Conflict(
                f"The server {name} is {_NOT_ONLINE[node.status]}", code="node_not_online"
            )
        case "lacks_capability":
            missing = _listed(need.capabilities - node.capabilities)
            detail = (
                f"The server {name} lacks {missing}, needed by this app."
                " Choose another, or add it to the server's capabilities if it is there."
            )
            return Conflict(detail, code="node_lacks_capability")
        case "not_allowed":
            detail = (
                f"Your plan allows servers with {_listed(need.allowed)}; {name} has"
                f" {_listed(node.capabilities)}. Choose another, or a larger plan."
            )
            return Conflict(detail, code="capability_not_allowed")
        case "disk_full":
            detail = f"{_disk_of(node)} Free disk space there, or choose another server."
            return Conflict(detail, code="node_disk_full")
        case "no_room":
            detail = (
                f"The server {name} has no room for this app: {node.free} are free, and the app"
                f" needs {need.room}. Choose or add another."
            )
            return Conflict(detail, code="node_full")


def refusal_of_all(candidates: Sequence[Candidate], need: Need, *, public: bool) -> Conflict:
    """Why no node can take the app; `public` says whether others' public ones were looked at."""
    bound = binding(candidates, need)
    if bound is None:
        others = "nobody shares one now" if public else "or allow public servers"
        return Conflict(f"You have no server. Add a server, {others}.", code="no_node")
    reason, nodes = bound
    match reason:
        case "not_online":
            told = ", ".join(f"{node.name} is {_STATE[node.status]}" for node in nodes[:NAMED])
            detail = f"No server is online: {told}. Check them, or add a server."
            return Conflict(detail, code="no_node_online")
        case "lacks_capability":
            detail = (
                f"No server that is online has {_listed(need.capabilities)}, needed by this app."
                " Add a server that has, or add it to a server's capabilities if it is there."
            )
            return Conflict(detail, code="no_node_with_capability")
        case "not_allowed":
            have = _listed(frozenset().union(*(node.capabilities for node in nodes)))
            detail = (
                f"Your plan allows servers with {_listed(need.allowed)}; those that this app could"
                f" go to have {have}. Add another server, or choose a larger plan."
            )
            return Conflict(detail, code="capability_not_allowed")
        case "disk_full":
            told = " ".join(_disk_of(node) for node in nodes[:NAMED])
            detail = f"{told} Free disk space there, or add a server."
            return Conflict(detail, code="node_disk_full")
        case "no_room":
            slot = largest_slot(nodes, need)
            detail = (
                f"No server has room for this app: the largest free slot is {slot.free} on"
                f" {slot.name}, and the app needs {need.room}. Delete what is not needed, or add"
                " a server."
            )
            return Conflict(detail, code="no_room")


def _disk_of(node: Candidate) -> str:
    return (
        f"The disk of {node.name} is {node.disk_used_percent:.0f} % full; above"
        f" {FULL_DISK_PERCENT:.0f} % nothing new starts there."
        " Make room on it, then check it."
    )


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(words))
