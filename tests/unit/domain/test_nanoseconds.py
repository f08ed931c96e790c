"""Times to the nanosecond."""

from __future__ import annotations

import pytest

from chalicelib.domain import nanoseconds

TIME = "2026-02-15T10:00:00.123456789Z"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-02-15T10:00:00Z", "2026-02-15T10:00:00.000000000Z"),
        ("2026-02-15t12:00:00.5+02:00", "2026-02-15T10:00:00.500000000Z"),
        (TIME, TIME),
    ],
)
def test_time_of_a_person_is_read(written: str, moment: str) -> None:
    assert nanoseconds.moment_of(written) == moment
    nanoseconds.check(moment)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "2026-02-15",
        "2026-02-15T10:00:00",
        "2026-02-30T10:00:00Z",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00",
        "2026-02-15T10:00:00.1234567890Z",
        "\u0662026-02-15T10:00:00Z",
    ],
)
def test_anything_else_is_no_time(written: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        nanoseconds.moment_of(written)
    with pytest.raises(ValueError, match=r".*"):
        nanoseconds.check(written)


def test_time_is_written_as_docker_is_asked_for_it() -> None:
    assert nanoseconds.since_epoch(TIME) == "1771149600.123456789"
    assert nanoseconds.before(TIME, 1) == "2026-02-15T09:59:59.123456789Z"
