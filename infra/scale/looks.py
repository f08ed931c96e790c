"""Simulate one minute of looks at servers: how many are still looked at while the look is fresh.

A call takes a batch of messages and looks side by side, so that it lasts as long as its slowest
look; so many calls run at once. A look that begins later than it is fresh is dropped.
"""

from __future__ import annotations

import heapq
import math
import random
from dataclasses import dataclass

from chalicelib.services.looks.watching import FRESH_SECONDS
from functions.events.watch.look_at_node import LOOK_SECONDS


@dataclass(frozen=True)
class Rounds:
    """What a round of looks is like."""

    batch: int
    """Looks of one call."""
    at_once: int
    """Calls at the same time."""
    seconds: float = 1.5
    """The median of a look: a connection and some eight round trips to a server far away."""
    spread: float = 0.5
    """Of the logarithm of its seconds."""
    silent: float = 0.01
    """The share of servers that do not answer; each takes the whole time of a look."""
    sent_a_second: float = 1000.0
    """Messages that the schedule sends, ten in a call of 10 ms."""


@dataclass(frozen=True)
class Minute:
    """How a minute went."""

    looked: int
    late: int
    """Looks that were dropped, for their moment had passed."""
    busiest: int
    """Calls that ran at the same time."""


def minute(servers: int, rounds: Rounds, seed: int = 1) -> Minute:
    """Look at so many servers, of which the messages arrive as fast as they are sent."""
    chance = random.Random(seed)  # noqa: S311 - a simulation
    busy: list[float] = []
    looked = late = busiest = 0
    for first in range(0, servers, rounds.batch):
        count = min(rounds.batch, servers - first)
        begin = (first + count) / rounds.sent_a_second
        while busy and busy[0] <= begin:
            heapq.heappop(busy)
        is_full = len(busy) >= rounds.at_once
        if is_full:
            begin = max(begin, busy[0])
        if begin - first / rounds.sent_a_second > FRESH_SECONDS:
            late += count
            continue
        if is_full:
            heapq.heappop(busy)
        heapq.heappush(busy, begin + max(_look(chance, rounds) for _ in range(count)))
        looked += count
        busiest = max(busiest, len(busy))
    return Minute(looked, late, busiest)


def most(rounds: Rounds, seed: int = 1) -> int:
    """The most servers of which every look ends before the next round begins."""
    low, high = 1, 1_000_000
    while high - low > low // 50 + 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _fits(middle, rounds, seed) else (low, middle)
    return low


def _fits(servers: int, rounds: Rounds, seed: int) -> bool:
    """Work that a minute brings is less than a minute's room."""
    chance = random.Random(seed)  # noqa: S311 - a simulation
    calls = math.ceil(servers / rounds.batch)
    sample = min(calls, 4000)
    spent = sum(max(_look(chance, rounds) for _ in range(rounds.batch)) for _ in range(sample))
    return spent / sample * calls <= rounds.at_once * FRESH_SECONDS


def _look(chance: random.Random, rounds: Rounds) -> float:
    if chance.random() < rounds.silent:
        return LOOK_SECONDS
    return min(LOOK_SECONDS, chance.lognormvariate(math.log(rounds.seconds), rounds.spread))
