"""Ports that a deployment may try."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.placement import FIRST_PORT, LAST_PORT, PORTS, candidate_ports

SEEDS = st.integers(0, 2**32)
TAKEN = st.frozensets(st.integers(FIRST_PORT, LAST_PORT), max_size=30)


@given(SEEDS, TAKEN, st.integers(0, 50))
def test_ports_are_free_distinct_within_the_range_and_as_many_as_asked(
    seed: int, taken: frozenset[int], count: int
) -> None:
    ports = list(candidate_ports(seed, taken, count))

    assert len(ports) == len(set(ports)) == count
    assert not taken & set(ports)
    assert all(FIRST_PORT <= port <= LAST_PORT for port in ports)


def test_search_starts_at_the_seed_and_goes_round() -> None:
    assert list(candidate_ports(PORTS - 1, frozenset({30_000}), 3)) == [39_999, 30_001, 30_002]


def test_full_range_gives_nothing_and_one_gap_is_found() -> None:
    every = frozenset(range(FIRST_PORT, LAST_PORT + 1))

    assert list(candidate_ports(5, every, 3)) == []
    assert list(candidate_ports(5, every - {31_234}, 3)) == [31_234]
