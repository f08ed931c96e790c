"""What a report may hold, what is new in it, and how a chart spreads it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.packing import pack_part, unpack_part
from chalicelib.domain.traffic import (
    GIGABYTE,
    LATENCY_BOUNDS_MS,
    NOTHING,
    NUMBERS,
    Part,
    Traffic,
    difference,
    percentile_ms,
    read_report,
    steps,
    traffic_of,
    usage_id,
)
from infra.proxy import counters

HOUR = 1_700_049_600
COUNTS = st.lists(st.integers(0, 2**62), min_size=NUMBERS, max_size=NUMBERS)


def message(**changes: Any) -> dict[str, Any]:
    """A report of one app that one request came for, as it lies in the queue."""
    given = {
        "boot": "ab" * 16,
        "sequence": 3,
        "since": HOUR,
        "at": HOUR + 300,
        "bounds_ms": list(LATENCY_BOUNDS_MS),
        "apps": {"app-1": [1, 200, 5000, 0, 1, 0, 0, 0, 1, *(0,) * 11]},
    }
    return json.loads(json.dumps(given | changes))


def test_report_is_read() -> None:
    report = read_report(message())

    assert (report.sequence, report.since, report.at) == (3, HOUR, HOUR + 300)
    assert report.apps["app-1"] == Traffic(1, 200, 5000, (0, 1, 0, 0, 0), (1, *(0,) * 11))


@pytest.mark.parametrize(
    "changes",
    [
        {"boot": "no hex"},
        {"boot": 7},
        {"sequence": -1},
        {"sequence": True},
        {"at": "now"},
        {"bounds_ms": [1, 2]},
        {"apps": {"app-1": [1, 2, 3]}},
        {"apps": {"app-1": [-1] * NUMBERS}},
        {"apps": {"app-1": [1.5] * NUMBERS}},
        {"apps": {"": [0] * NUMBERS}},
        {"apps": {"x" * 65: [0] * NUMBERS}},
        {"apps": []},
    ],
)
def test_what_is_no_report_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_report(message(**changes))


@pytest.mark.parametrize("given", [None, [], "text", {}, 7])
def test_what_is_no_message_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_report(given)


def test_proxy_counts_in_the_buckets_that_are_read() -> None:
    assert counters.LATENCY_MILLISECONDS == LATENCY_BOUNDS_MS
    assert 3 + counters.COLUMNS == NUMBERS


@given(COUNTS, COUNTS)
def test_difference_is_what_is_added(before: list[int], more: list[int]) -> None:
    earlier = traffic_of(before)
    later = traffic_of([a + b for a, b in zip(before, more, strict=True)])

    assert difference(earlier, later).numbers == tuple(more)
    assert min(difference(later, earlier).numbers) == 0


@given(COUNTS, st.integers(1, 10**6), st.integers(0, 3599), st.integers(0, 2**32 - 1))
def test_part_is_read_back(row: list[int], seconds: int, offset: int, mark: int) -> None:
    part = Part(HOUR + offset, seconds, traffic_of(row), mark)

    assert unpack_part(pack_part(part, HOUR), HOUR) == part


def test_part_of_a_busy_app_takes_few_bytes() -> None:
    busy = traffic_of(
        [90_000, 40_000_000, 9_000_000_000, 10, 80_000, 5000, 4000, 500, *[7000] * 12]
    )

    assert len(pack_part(Part(HOUR + 3000, 300, busy, 2**32 - 1), HOUR)) <= 68


@given(st.integers(1, 10**15 - 1))
def test_gigabytes_are_exact_as_text(count: int) -> None:
    assert Decimal(repr(count / GIGABYTE)) * GIGABYTE == count


def test_usage_has_one_id_for_one_report_of_one_app() -> None:
    report, later = read_report(message()), read_report(message(sequence=4))

    assert usage_id("app-1", report) == usage_id("app-1", read_report(message()))
    assert (
        len({usage_id("app-1", report), usage_id("app-2", report), usage_id("app-1", later)}) == 3
    )


@given(
    st.lists(st.tuples(st.integers(1, 3600), st.integers(1, 900), COUNTS), max_size=5),
    st.sampled_from([60, 120, 300, 3600]),
)
def test_steps_hold_together_what_the_parts_hold(
    given_parts: list[tuple[int, int, list[int]]], step: int
) -> None:
    parts = [Part(HOUR + at, seconds, traffic_of(row)) for at, seconds, row in given_parts]

    spread = steps(parts, HOUR - 3600, step, 7200 // step)

    assert sum(one.bytes_out for one in spread if one) == pytest.approx(
        sum(part.traffic.bytes_out for part in parts)
    )
    assert all(one.requests >= 0 for one in spread if one)


def test_part_is_spread_evenly_and_steps_without_any_have_nothing() -> None:
    part = Part(HOUR + 330, 300, NOTHING._replace(requests=300))

    spread = steps([part], HOUR, 60, 7)

    assert [one and one.requests for one in spread] == [30, 60, 60, 60, 60, 30, None]


def test_percentile_lies_in_the_bucket_that_holds_it() -> None:
    buckets = [0] * 12
    assert percentile_ms(buckets, 0.5) is None
    buckets[2] = 90
    buckets[7] = 10

    assert percentile_ms(buckets, 0.5) == pytest.approx(10 + 15 * 50 / 90)
    assert percentile_ms(buckets, 0.95) == pytest.approx(750)
    assert percentile_ms([0] * 11 + [5], 0.5) == 10_000
