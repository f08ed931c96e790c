"""Starts services in waves: all those at once whose dependencies hold, then the next ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from chalicelib.domain.plan import Dependency, Service

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 4
"""How many are started side by side: a server's disk and Docker gain nothing from more."""

Unmet = Callable[[Service], Dependency | None]


def start_in_waves(
    services: Sequence[Service], *, unmet: Unmet, start: Callable[[Service], object]
) -> tuple[Service, Dependency] | None:
    """Start what can be started; returns the first service that waits, and for what.

    `unmet` tells the first dependency of a service that does not hold. It is asked on one thread,
    in order, and of services alone whose dependencies were all started. A wave is started whole,
    even if one of it fails; then the error of its first service is raised.
    """
    left = list(services)
    while left:
        to_start = {service.name for service in left}
        waiting: dict[str, Dependency] = {}
        for service in left:
            behind = next((one for one in service.depends_on if one.service in to_start), None)
            if (awaited := behind or unmet(service)) is not None:
                waiting[service.name] = awaited
        wave = [service for service in left if service.name not in waiting]
        if not wave:
            return left[0], waiting[left[0].name]
        side_by_side(start, wave)
        left = [service for service in left if service.name in waiting]
    return None


def side_by_side(act: Callable[[T], R], things: Sequence[T]) -> list[R]:
    """Do the same to each thing at once, to the end of all; raises the error of the first."""
    if len(things) == 1:
        return [act(things[0])]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = [pool.submit(act, thing) for thing in things]
    return [one.result() for one in done]
