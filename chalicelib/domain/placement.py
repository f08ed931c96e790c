"""Chooses a node for an app: which may take it, which of them is best, and what binds if none may.

Everything here is decided by what a node is and has, never by the order in which nodes come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

OVERCOMMIT = 4.0
"""CPU limits may add up to this many times a node's cores: they are ceilings, seldom all used."""
FULL_DISK_PERCENT = 90.0
"""Above this nothing new starts on a node: what runs there needs the rest."""

Reason = Literal["not_online", "lacks_capability", "not_allowed", "disk_full", "no_room"]
"""What keeps an app from a node, in the order in which it is asked."""


class Room(NamedTuple):
    """What is free on a node, or wanted: CPU cores, memory and disk in MB."""

    cpus: float = 0.0
    memory_mb: float = 0
    disk_mb: float = 0

    def __str__(self) -> str:
        """Tell it to people."""
        return (
            f"{self.cpus:g} CPU cores, {self.memory_mb:g} MB of memory and"
            f" {self.disk_mb:g} MB of disk"
        )

    def holds(self, wanted: Room) -> bool:
        """Whether there is room for what is wanted."""
        return all(free >= need for free, need in zip(self, wanted, strict=True))

    def more(self, other: Room) -> Room:
        """The sum of each."""
        return Room(*(round(mine + its, 6) for mine, its in zip(self, other, strict=True)))

    def less(self, other: Room) -> Room:
        """The difference of each."""
        return Room(*(round(mine - its, 6) for mine, its in zip(self, other, strict=True)))


NOTHING = Room()
WEIGHTS = Room(0.3, 0.4, 0.3)
"""What CPU, memory and disk count in a node's score."""


@dataclass(frozen=True)
class Candidate:
    """A node as the choice sees it. `created_at` is RFC 3339 UTC."""

    id: str
    name: str
    created_at: str
    status: str
    capabilities: frozenset[str]
    total: Room
    used: Room = NOTHING
    disk_used_percent: float | None = None
    """How full its disk was seen, whoever filled it; None while that is not known."""

    @property
    def free(self) -> Room:
        """What it has and did not give away."""
        return Room(*(max(0, left) for left in self.total.less(self.used)))


@dataclass(frozen=True)
class Need:
    """What an app needs of a node, and what its owner's plan allows; `allowed` empty is all."""

    room: Room = NOTHING
    capabilities: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    starts: bool = True
    """Whether something new is to start: what runs may go on where a disk is nearly full."""


_FILTERS: dict[Reason, Callable[[Candidate, Need], bool]] = {
    "not_online": lambda node, _need: node.status == "online",
    "lacks_capability": lambda node, need: need.capabilities <= node.capabilities,
    "not_allowed": lambda node, need: not need.allowed or bool(need.allowed & node.capabilities),
    "disk_full": lambda node, need: not (need.starts and is_disk_full(node.disk_used_percent)),
    "no_room": lambda node, need: node.free.holds(need.room),
}


def is_disk_full(percent: float | None) -> bool:
    """Whether nothing new may start on a disk that is this full."""
    return percent is not None and percent > FULL_DISK_PERCENT


def reason_against(node: Candidate, need: Need) -> Reason | None:
    """The first reason that keeps an app from a node; None when it may go there."""
    return next((reason for reason, passes in _FILTERS.items() if not passes(node, need)), None)


def score(node: Candidate, need: Need) -> float:
    """How well a node would do, 0 to 100: what stays free of it once the app is there."""
    shares = (
        min(100.0, max(0.0, (free - wanted) / total * 100)) if total else 0.0
        for free, wanted, total in zip(node.free, need.room, node.total, strict=True)
    )
    return sum(weight * share for weight, share in zip(WEIGHTS, shares, strict=True))


def best(nodes: Iterable[Candidate], need: Need) -> Candidate | None:
    """The node with the highest score among those that may take the app.

    Of equals the older node is taken, and of those made at one moment the one with the lower id.
    """
    able = [node for node in nodes if reason_against(node, need) is None]
    return min(able, key=lambda node: (-score(node, need), node.created_at, node.id), default=None)


def binding(nodes: Iterable[Candidate], need: Need) -> tuple[Reason, tuple[Candidate, ...]] | None:
    """What binds when no node may take the app: the last filter that any of them came to.

    With it come the nodes that it kept out, by name; None when there is no node.
    """
    kept_out: dict[Reason, list[Candidate]] = {reason: [] for reason in _FILTERS}
    for node in nodes:
        reason = reason_against(node, need)
        if reason is not None:
            kept_out[reason].append(node)
    for reason in reversed(_FILTERS):
        if kept_out[reason]:
            return reason, tuple(sorted(kept_out[reason], key=lambda node: (node.name, node.id)))
    return None


def largest_slot(nodes: Sequence[Candidate], need: Need) -> Candidate:
    """The node that comes nearest to holding an app: of what it lacks most it has the most."""

    def covered(node: Candidate) -> float:
        pairs = zip(node.free, need.room, strict=True)
        return min((free / wanted for free, wanted in pairs if wanted), default=1.0)

    return min(nodes, key=lambda node: (-covered(node), node.created_at, node.id))
