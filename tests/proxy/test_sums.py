"""Sums of what HAProxy's workers count, over everything that can happen to workers and agents."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.traffic import Report as Received
from chalicelib.domain.traffic import read_report
from infra.proxy.counters import COLUMNS, WRAP, Traffic
from infra.proxy.reports import APPS, report_of
from infra.proxy.sums import SERIES_SECONDS, Sums, load, new_series

NOON = 1_700_049_600


def counted(requests: int = 0, bytes_in: int = 0, bytes_out: int = 0) -> Traffic:
    """What a worker tells of an app whose requests were all answered with 200, fast."""
    latency = (requests, *(0,) * (COLUMNS - 6))
    return Traffic(requests, bytes_in, bytes_out, (0, requests, 0, 0, 0), latency, 0)


@pytest.fixture
def sums() -> Sums:
    return Sums(new_series(NOON))


def totals(sums: Sums, app: str = "app-1") -> list[int]:
    """Requests, bytes in and out of an app, in all series together."""
    rows = [one.sums[app][:3] for one in (*sums.over, sums.current) if app in one.sums]
    return [sum(column) for column in zip(*rows, strict=True)]


def sent(sums: Sums, at: int = NOON + 300, *, arrives: bool = True) -> list[Received]:
    """Report once; returns the messages as the consumer reads them."""
    messages: list[str] = []
    report = report_of(sums, at)
    report.send(messages.append)
    if arrives:
        report.arrived()
    return [read_report(json.loads(message)) for message in messages]


def told(reports: list[Received]) -> dict[str, int]:
    return {app: traffic.bytes_out for one in reports for app, traffic in one.apps.items()}


def test_sums_rise_by_what_was_counted_since(sums: Sums) -> None:
    for count in (1, 1, 4, 9):
        sums.take("w", {"app-1": counted(count, 10 * count, 100 * count)})

    assert totals(sums) == [9, 90, 900]


def test_entry_that_was_forgotten_begins_anew(sums: Sums) -> None:
    """An entry may be gone at a reading, or may be back before anybody saw that it was gone."""
    sums.take("w", {"app-1": counted(5, 50, 500)})
    sums.take("w", {})
    sums.take("w", {"app-1": counted(7, 70, 700)})
    sums.take("w", {"app-1": counted(2, 20, 200)})

    assert totals(sums) == [14, 140, 1400]


def test_workers_count_beside_each_other(sums: Sums) -> None:
    sums.take("old", {"app-1": counted(5, 50, 500)})
    sums.take("new", {"app-1": counted(1, 10, 100)})
    sums.take("old", {"app-1": counted(6, 60, 600)})
    sums.keep(["new"])
    sums.take("new", {"app-1": counted(3, 30, 300)})

    assert totals(sums) == [9, 90, 900]
    assert list(sums.workers) == ["new"]


def test_counts_that_wrap_go_on(sums: Sums) -> None:
    sums.take("w", {"app-1": counted(WRAP - 2, 10, 5 * WRAP)})
    sums.take("w", {"app-1": replace(counted(3, 20, 7 * WRAP), latency=(3, *(0,) * 11))})

    assert totals(sums) == [WRAP + 3, 20, 7 * WRAP]
    assert sums.current.sums["app-1"][4] == WRAP + 3


def test_what_was_counted_before_sums_were_lost_is_left_out(sums: Sums) -> None:
    sums.take("w", {"app-1": counted(5, 50, 500)}, is_counted=True)
    sums.take("w", {"app-1": counted(6, 60, 600), "app-2": counted(1, 10, 100)})

    assert (totals(sums), totals(sums, "app-2")) == ([1, 10, 100], [1, 10, 100])


def test_report_tells_what_is_new_and_everything_once_an_hour(sums: Sums) -> None:
    sums.take("w", {"app-1": counted(1, 1, 1), "app-2": counted(2, 2, 2)})
    first = sent(sums, NOON + 300)
    sums.take("w", {"app-1": counted(1, 1, 1), "app-2": counted(3, 3, 3)})
    second, idle = sent(sums, NOON + 600), sent(sums, NOON + 900)
    hour = sent(sums, NOON + 3600)

    assert told(first) == {"app-1": 1, "app-2": 2}
    assert told(second) == {"app-2": 3}
    assert [one.apps for one in idle] == [{}]
    assert told(hour) == {"app-1": 1, "app-2": 3}
    all_of_them = [*first, *second, *idle, *hour]
    assert [one.sequence for one in all_of_them] == [1, 2, 3, 4]
    assert [one.since for one in all_of_them] == [NOON, NOON + 300, NOON + 600, NOON + 900]


def test_report_that_is_lost_is_made_up_by_the_next(sums: Sums) -> None:
    sums.take("w", {"app-1": counted(1, 1, 1), "app-2": counted(2, 2, 2)})
    sent(sums, NOON + 300, arrives=False)
    sums.take("w", {"app-1": counted(1, 1, 1), "app-2": counted(4, 4, 4)})

    [next_one] = sent(sums, NOON + 600)

    assert told([next_one]) == {"app-1": 1, "app-2": 4}
    assert (next_one.since, next_one.sequence) == (NOON, 2)


def test_what_rose_while_a_report_was_on_its_way_is_told_by_the_next(sums: Sums) -> None:
    sums.take("w", {"app-1": counted(1, 1, 1), "app-2": counted(2, 2, 2)})
    report = report_of(sums, NOON + 300)
    sums.take("w", {"app-1": counted(1, 1, 1), "app-2": counted(3, 3, 3)})
    report.arrived()

    assert told(sent(sums, NOON + 600)) == {"app-2": 3}


def test_series_ends_after_a_day_and_is_told_twice_more(sums: Sums) -> None:
    sums.take("w", {"app-1": counted(1, 1, 10)})
    sent(sums)
    boot = sums.current.boot
    sums.turn(NOON + SERIES_SECONDS - 1)
    assert sums.over == []
    sums.turn(NOON + SERIES_SECONDS)
    sums.take("w", {"app-1": counted(3, 3, 30)})

    at = NOON + SERIES_SECONDS
    lost, *rounds = (sent(sums, at + 300 * n, arrives=n != 0) for n in range(4))

    assert [[one.boot == boot for one in told] for told in (lost, *rounds)] == [
        *([[True, False]] * 3),
        [False],
    ]
    old, new = rounds[0]
    assert (old.apps["app-1"].bytes_out, new.apps["app-1"].bytes_out) == (10, 20)
    assert sums.over == []


def test_series_without_anything_is_not_kept(sums: Sums) -> None:
    sums.turn(NOON + SERIES_SECONDS)

    assert (sums.over, sums.current.began) == ([], NOON + SERIES_SECONDS)


def test_messages_are_small_and_hold_each_app_once(sums: Sums) -> None:
    largest = 2**62
    table = {f"{number:036}": counted(2**31, largest, largest) for number in range(2 * APPS + 1)}
    sums.take("w", table)
    messages: list[str] = []

    report_of(sums, NOON).send(messages.append)

    assert len(messages) == 3
    assert max(map(len, messages)) < 200_000
    apps = [app for message in messages for app in json.loads(message)["apps"]]
    assert sorted(apps) == sorted(table)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"current": {}, "over": [], "workers": {}}'])
def test_file_that_is_no_good_is_begun_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "traffic.json").write_text(text)

    begun = load(tmp_path / "traffic.json", NOON)

    assert (begun.is_resumed, begun.current.sums, begun.over) == (False, {}, [])
    assert not load(tmp_path / "missing.json", NOON).is_resumed


@dataclass
class House:
    """A proxy's workers, its counting agent, and who receives the reports."""

    file: Path
    now: int = NOON
    workers: dict[str, dict[str, list[int]]] = field(default_factory=lambda: {"w0": {}})
    truth: dict[str, int] = field(default_factory=dict)
    received: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.crash()

    def traffic(self, app: str, size: int) -> None:
        entry = self.newest.setdefault(app, [0, 0])
        entry[0] += 1
        entry[1] += size
        self.truth[app] = self.truth.get(app, 0) + size

    @property
    def newest(self) -> dict[str, list[int]]:
        return list(self.workers.values())[-1]

    def read(self) -> None:
        for name, table in self.workers.items():
            self.sums.take(name, {app: counted(n, n, size) for app, (n, size) in table.items()})
        self.sums.keep(list(self.workers))
        self.sums.save(self.file)

    def crash(self) -> None:
        self.sums = load(self.file, self.now)

    def expire(self, app: str) -> None:
        """An app that nobody asked for a day is forgotten; it is read that it was."""
        self.read()
        self.newest.pop(app, None)
        self.read()

    def restart(self) -> None:
        """Another worker takes over, after the one before it was read for the last time."""
        self.read()
        [last] = self.workers
        self.workers = {f"w{int(last[1:]) + 1}": {}}

    def day(self) -> None:
        self.now += SERIES_SECONDS

    def report(self, *, arrives: bool = True) -> None:
        self.now += 300
        self.sums.turn(self.now)
        made = report_of(self.sums, self.now)
        self.sums.save(self.file)
        if arrives:
            messages: list[str] = []
            made.send(messages.append)
            made.arrived()
            for one in map(read_report, map(json.loads, messages)):
                self.receive(one)

    def receive(self, report: Received) -> None:
        for app, traffic in report.apps.items():
            last = self.received.get((report.boot, app), (0, 0))
            assert report.sequence > last[0]
            assert traffic.bytes_out >= last[1]
            self.received[report.boot, app] = (report.sequence, traffic.bytes_out)


DOINGS: st.SearchStrategy[Callable[[House], None]] = st.one_of(
    st.builds(
        lambda app, size: lambda house: house.traffic(app, size),
        st.sampled_from(["app-1", "app-2"]),
        st.integers(1, 10**10),
    ),
    st.sampled_from(
        [
            House.read,
            House.crash,
            House.restart,
            House.day,
            House.report,
            lambda house: house.report(arrives=False),
            lambda house: house.expire("app-1"),
        ]
    ),
)


@given(st.lists(DOINGS, max_size=40))
def test_nothing_that_was_read_is_lost_and_nothing_is_told_twice(
    tmp_path_factory: pytest.TempPathFactory, doings: list[Callable[[House], None]]
) -> None:
    """Agents crash and go on from their file, reports get lost, workers reload and die."""
    house = House(tmp_path_factory.mktemp("sums") / "traffic.json")

    for doing in doings:
        doing(house)
    house.read()
    house.day()
    house.report()

    for app, size in house.truth.items():
        assert sum(told for (_, of), (_, told) in house.received.items() if of == app) == size
