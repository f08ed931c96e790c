"""Puts services in start order: dependencies first, the text's order otherwise."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping


class Cycle(ValueError):
    """Services that wait for each other; `names` goes once around the circle."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(" → ".join((*names, names[0])))
        self.names = names


def start_order(needs: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Order names so that each follows all that it needs; the earliest possible comes first.

    `needs` holds every name, in the text's order. Raises `Cycle`.
    """
    rank = {name: index for index, name in enumerate(needs)}
    waiting = {name: len(set(others)) for name, others in needs.items()}
    needed_by: dict[str, list[str]] = {name: [] for name in needs}
    for name, others in needs.items():
        for other in set(others):
            needed_by[other].append(name)
    ready = [rank[name] for name, count in waiting.items() if not count]
    heapq.heapify(ready)
    names, order = tuple(needs), []
    while ready:
        name = names[heapq.heappop(ready)]
        order.append(name)
        for other in needed_by[name]:
            waiting[other] -= 1
            if not waiting[other]:
                heapq.heappush(ready, rank[other])
    if len(order) < len(names):
        raise Cycle(_find_cycle(needs, set(order)))
    return tuple(order)


def _find_cycle(needs: Mapping[str, Collection[str]], done: set[str]) -> tuple[str, ...]:
    """Follow unfinished needs until a name comes again; every unfinished name has one."""
    path: list[str] = []
    name = next(name for name in needs if name not in done)
    while name not in path:
        path.append(name)
        name = next(other for other in needs[name] if other not in done)
    return tuple(path[path.index(name) :])
