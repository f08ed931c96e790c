"""The simulation of what grows: it answers to what it is given, and the page tells what it says."""

from __future__ import annotations

import re

import pytest

from infra.packaging.template import ROOT
from infra.scale.limits import limits
from infra.scale.looks import Rounds, minute, most
from infra.scale.shards import spread

QUIET = Rounds(batch=5, at_once=100, silent=0.0)
PAGE = (ROOT / "docs/scale.md").read_text()


def test_every_server_is_looked_at_while_there_is_room() -> None:
    seen = minute(1000, QUIET)

    assert (seen.looked, seen.late) == (1000, 0)
    assert seen.busiest <= QUIET.at_once


def test_what_comes_too_late_is_dropped_and_counted() -> None:
    seen = minute(100_000, QUIET)

    assert seen.late > 0
    assert seen.looked + seen.late == 100_000
    assert seen.busiest == QUIET.at_once


@pytest.mark.parametrize(
    "fewer",
    [
        Rounds(batch=5, at_once=50, silent=0.0),
        Rounds(batch=5, at_once=100, silent=0.02),
        Rounds(batch=5, at_once=100, silent=0.0, seconds=3.0),
    ],
    ids=["half the calls", "silent servers", "slow looks"],
)
def test_fewer_servers_fit_when_looks_have_less_room(fewer: Rounds) -> None:
    assert most(fewer) < most(QUIET)


def test_what_fits_into_a_minute_is_looked_at_in_time() -> None:
    assert minute(most(QUIET), QUIET).late == 0


def test_keys_are_counted_by_shard() -> None:
    found = spread(["a1", "a2", "a3", "b1"], lambda key: key[0])

    assert (found.shards, found.mean, found.fullest, found.skew) == (2, 2.0, 3, 1.5)


def test_limits_are_told_first_met_first() -> None:
    found = [one.apps for one in limits()]

    assert found == sorted(found)
    assert min(found) > 10_000


@pytest.mark.parametrize("limit", limits(), ids=lambda one: one.name)
def test_page_tells_each_limit_as_it_is_computed(limit) -> None:
    assert re.search(rf"^\| {re.escape(limit.name)} \| {limit.apps:,} \|", PAGE, re.MULTILINE)
