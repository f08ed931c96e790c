"""The names of kept counters and reservations."""

from __future__ import annotations

from zlib import crc32

USE_SHARDS = 8


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


def own_name_key(owner: str, host: str) -> str:
    """The reservation by which an account has one host name on one app alone."""
    return f"own-name#{owner}#{host}"


def registry_key(owner: str, host: str) -> str:
    """The reservation by which an account has one login at one registry of images."""
    return f"registry#{owner}#{host}"


def pass_key(key: str) -> str:
    """The reservation of what one of the gateway's keys opens."""
    return f"pass#{key}"


def closing_key(account: str) -> str:
    """The reservation by which an account that is being closed begins nothing any more."""
    return f"closing#{account}"


def slug_key(resource: str, slug: str) -> str:
    """The reservation of one slug."""
    return f"slug#{resource}#{slug}"


def use_key(used: str, user: str) -> str:
    """The counter of what uses a record that one user of it is counted in.

    A record has several, so that many who begin to use it at once do not meet in one item.
    """
    return f"uses#{used}#{crc32(user.encode()) % USE_SHARDS}"


def proofs_key(owner: str) -> str:
    """How many proofs of one account are in hand."""
    return f"proofs#{owner}"


def proof_key(version: str) -> str:
    """The reservation of the one proof that a version has in hand, by the version's id."""
    return f"proof#{version}"


def ran_key(template: str, app: str) -> str:
    """The counter of a template's living apps that ran once, which one of them is counted in."""
    return f"ran#{template}#{crc32(app.encode()) % USE_SHARDS}"


def ran_keys(template: str) -> tuple[str, ...]:
    """Every counter of a template's living apps that ran once."""
    return tuple(f"ran#{template}#{shard}" for shard in range(USE_SHARDS))


def use_keys(used: str) -> tuple[str, ...]:
    """Every counter of what uses a record; their sum is how many do."""
    return tuple(f"uses#{used}#{shard}" for shard in range(USE_SHARDS))
