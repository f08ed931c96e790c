"""Counters to rates, and the algebra of joining what was used."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.metrics import (
    LONGEST_GAP,
    TOTALS,
    WHOLE,
    Reading,
    Sample,
    Slice,
    Use,
    joined,
    slices,
    thinned,
)

NUMBERS = st.integers(0, 2**40)
READINGS = st.builds(
    Reading,
    st.sampled_from(["web", "db", "wörker"]),
    st.integers(0, 65535),
    *[NUMBERS] * (len(Reading._fields) - 2),
)
USES = st.builds(Use, st.integers(1, 900), *[NUMBERS] * (len(Use._fields) - 1))


@st.composite
def histories(draw: st.DrawFn) -> list[Sample]:
    """Samples of one app in order, at uneven times, with containers that come and go."""
    gaps = draw(st.lists(st.integers(1, 2 * LONGEST_GAP), min_size=1, max_size=12))
    times = accumulate(gaps, initial=1_700_000_000)
    disks = st.none() | NUMBERS
    readings = st.lists(READINGS, max_size=4, unique_by=lambda one: one[:2])
    return [Sample(at, tuple(draw(readings)), draw(disks)) for at in times]


def reading(service: str = "web", container: int = 1, **changes: int) -> Reading:
    """A container with nothing used yet."""
    none = Reading(service, container, 1024, 2048, 500, 3, 0, 0, 0, 0, 0)
    return none._replace(**changes)


@given(histories())
def test_what_was_used_is_never_negative(samples: list[Sample]) -> None:
    for part in slices(samples, 60):
        for use in part.uses.values():
            assert min(use) >= 0
            assert use.seconds > 0


@given(histories(), st.sampled_from([120, 300, 900]))
def test_joining_loses_nothing(samples: list[Sample], step: int) -> None:
    minutes = slices(samples, 60)
    rolled = thinned(minutes, step)

    assert rolled == slices(samples, step)
    for service in (WHOLE, "web", "db"):
        fine, coarse = (
            joined(part.uses[service] for part in parts if service in part.uses)
            for parts in (minutes, rolled)
        )
        assert fine == coarse


@given(USES, USES, USES)
def test_joining_knows_no_order(a: Use, b: Use, c: Use) -> None:
    assert joined([a, joined([b, c])]) == joined([joined([c, a]), b])
    assert joined([a]) == a
    assert joined([]) == Use()


@given(histories())
def test_whole_is_the_sum_of_its_services(samples: list[Sample]) -> None:
    for part in slices(samples, 1):
        whole, *services = part.uses.values()
        for column in range(1, TOTALS):
            assert whole[column] == sum(use[column] for use in services)


@given(histories(), st.integers(60, 3600))
def test_chart_has_one_point_a_step_in_order(samples: list[Sample], step: int) -> None:
    times = [part.at for part in slices(samples, step)]

    assert times == sorted(set(times))
    assert not [at for at in times if at % step]
    assert len(times) <= (samples[-1].at - samples[0].at) // step + 2


def test_rates_come_from_the_difference_of_two_looks() -> None:
    first = Sample(600, (reading(cpu_ms=1000, rx_bytes=10, memory_kb=100),))
    second = Sample(660, (reading(cpu_ms=31_000, rx_bytes=6010, memory_kb=300),), disk_kb=7)

    (part,) = slices([first, second], 60)

    assert part.at == 660
    assert part.disk_kb == 7
    use = part.uses["web"]
    assert (use.seconds, use.cpu_ms, use.cpu_peak) == (60, 30_000, 500)
    assert (use.rx_bytes, use.tx_bytes) == (6000, 0)
    assert (use.memory_kb_seconds, use.memory_peak_kb) == (300 * 60, 300)
    assert part.uses[WHOLE] == use


def test_container_that_restarted_counts_from_zero() -> None:
    """Only one counter fell: the others began anew with it, however high they are."""
    first = Sample(600, (reading(cpu_ms=9000, rx_bytes=100),))
    second = Sample(660, (reading(cpu_ms=50, rx_bytes=400),))

    (part,) = slices([first, second], 60)

    assert (part.uses["web"].cpu_ms, part.uses["web"].rx_bytes) == (50, 400)


def test_new_container_beside_the_old_one_adds_to_its_service() -> None:
    first = Sample(600, (reading(container=1, tx_bytes=500),))
    second = Sample(660, (reading(container=1, tx_bytes=600), reading(container=2, tx_bytes=30)))
    third = Sample(720, (reading(container=2, tx_bytes=90),))

    parts = slices([first, second, third], 60)

    assert [part.uses["web"].tx_bytes for part in parts] == [130, 60]
    assert [part.uses["web"].cpu_limit for part in parts] == [1000, 500]


def test_time_without_looks_is_a_gap() -> None:
    early = [Sample(0, (reading(),)), Sample(60, (reading(cpu_ms=10),))]
    late = [Sample(61 + LONGEST_GAP, (reading(cpu_ms=999),)), Sample(1500, (reading(cpu_ms=1009),))]

    parts = slices([*late, *early], 1)

    assert [(part.at, part.uses[WHOLE].cpu_ms) for part in parts] == [(60, 10), (1500, 10)]


def test_last_known_disk_use_of_a_step_stays() -> None:
    parts = [Slice(0, disk_kb=5), Slice(60, disk_kb=6), Slice(120), Slice(300)]

    assert [part.disk_kb for part in thinned(parts, 300)] == [6, None]
