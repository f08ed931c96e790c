"""Where a deployment's port may be: the range on each node, and which is tried first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

FIRST_PORT = 30000
LAST_PORT = 39999
PORTS = LAST_PORT - FIRST_PORT + 1


def candidate_ports(seed: int, taken: frozenset[int], count: int) -> Iterator[int]:
    """Yield up to `count` free ports, starting at a place that `seed` decides and going round.

    Different deployments start at different places, so that two that are placed at once seldom
    meet on one port.
    """
    around = (FIRST_PORT + (seed + step) % PORTS for step in range(PORTS))
    yield from islice((port for port in around if port not in taken), count)
