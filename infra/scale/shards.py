"""Spread keys over the product's own shards and say how uneven that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """How keys fell."""

    shards: int
    mean: float
    fullest: int

    @property
    def skew(self) -> float:
        """How much fuller the fullest is than the mean."""
        return self.fullest / self.mean


def spread(keys: Iterable[str], shard_of: Callable[[str], object]) -> Spread:
    """Count keys by their shard."""
    found = Counter(shard_of(key) for key in keys)
    return Spread(len(found), sum(found.values()) / len(found), max(found.values()))
