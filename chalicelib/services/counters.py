"""The names of kept counters and reservations."""

from __future__ import annotations


def total_key(resource: str, owner: str) -> str:
    """How many records of a resource one account has, tombstones left out."""
    return f"total#{resource}#{owner}"


def plan_key(limit: str, owner: str) -> str:
    """How much of one plan limit an account uses."""
    return f"plan#{owner}#{limit}"


def capacity_key(node: str, what: str) -> str:
    """How much of a node's `cpu` (cores), `memory` (MB) or `disk` (MB) is given away."""
    return f"capacity#{node}#{what}"


def port_key(node: str, port: int) -> str:
    """The reservation of one host port of a node."""
    return f"port#{node}#{port}"


def host_key(host: str) -> str:
    """The reservation of one host name."""
    return f"host#{host}"


def slug_key(resource: str, slug: str) -> str:
    """The reservation of one slug."""
    return f"slug#{resource}#{slug}"
