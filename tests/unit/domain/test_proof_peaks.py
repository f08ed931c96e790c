"""The peaks of what an app uses, over looks at its containers."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.proof_peaks import Look, with_look

SECOND = 1_000_000_000


def at(second: float, *, memory_mb: int = 0, **cpu_seconds: float) -> Look:
    used = {name: round(seconds * SECOND) for name, seconds in cpu_seconds.items()}
    return Look(f"2026-03-01T00:00:{second:06.3f}Z", memory_mb * 1024 * 1024, used)


def peaks_of(*looks: Look) -> tuple[int, int]:
    peaks: dict[str, Any] = {}
    for look in looks:
        peaks = with_look(peaks, look)
    return peaks["memory_kb"] // 1024, peaks["cpu_millicores"]


def test_memory_is_the_most_that_was_held_at_once() -> None:
    looks = (at(0, memory_mb=10), at(1, memory_mb=180), at(2, memory_mb=90))

    assert peaks_of(*looks)[0] == 180


def test_cores_are_those_of_all_containers_between_two_looks() -> None:
    looks = (at(0, web=1, db=1), at(2, web=2, db=1.5), at(4, web=2.2, db=1.6))

    assert peaks_of(*looks)[1] == 750


def test_first_look_tells_of_no_cores() -> None:
    assert peaks_of(at(0, web=50))[1] == 0


def test_container_that_appeared_used_its_time_since_the_last_look() -> None:
    assert peaks_of(at(0), at(2, web=1))[1] == 500


def test_container_that_restarted_is_no_debt() -> None:
    assert peaks_of(at(0, web=9), at(1, web=0.2), at(2, web=0.5))[1] == 300


def test_looks_too_close_together_are_told_by_the_next_one() -> None:
    looks = (at(0, web=0), at(0.1, memory_mb=70, web=0.1), at(1, web=0.4))

    assert peaks_of(*looks) == (70, 400)
