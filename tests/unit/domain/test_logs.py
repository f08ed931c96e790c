"""Following logs: every line that comes is shown once, whatever happens to its container."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain import logs
from chalicelib.domain.logs import STREAMS, Line, Page, Place, Stream


def at(moment: int) -> str:
    """A time as Docker writes it."""
    return f"2026-02-15T10:00:00.{moment:09d}Z"


def line(moment: int, text: str = "x", stream: Stream = "stdout") -> Line:
    return Line(stream, at(moment), text)


def texts(page: Page) -> list[str]:
    return [one.text for _, one in page.lines]


def of(*lines: Line) -> dict[str, logs.Tail]:
    return {"c1": end_of(list(lines))}


def end_of(lines: list[Line]) -> logs.Tail:
    return lambda count: (lines[-count:], len(lines) < count)


def test_last_lines_are_merged_by_time() -> None:
    first = [line(1, "a"), line(4, "d")]
    second = [line(2, "b"), line(3, "c")]

    page = logs.newest({"c1": end_of(first), "c2": end_of(second)}, limit=3)

    assert texts(page) == ["b", "c", "d"]
    assert [container for container, _ in page.lines] == ["c2", "c2", "c1"]


def test_lines_of_one_time_are_told_apart() -> None:
    written = [line(1, "a"), line(1, "b")]
    page = logs.newest(of(*written), limit=1)

    written += [line(1, "c"), line(2, "d")]

    assert texts(logs.following({"c1": written}, page.places, limit=9)) == ["c", "d"]


def test_late_line_of_the_other_stream_is_not_lost() -> None:
    written = [line(5, "out")]
    page = logs.newest(of(*written), limit=9)

    written.append(line(4, "err", "stderr"))

    assert texts(logs.following({"c1": written}, page.places, limit=9)) == ["err"]


def test_new_container_is_read_from_its_start() -> None:
    page = logs.newest(of(line(1, "old")), limit=9)

    after = logs.following({"c2": [line(2, "new")]}, page.places, limit=9)

    assert texts(after) == ["new"]
    assert list(after.places) == ["c2"], "what is gone is forgotten"


def test_page_is_bounded_and_says_that_there_is_more() -> None:
    written = [line(n, str(n)) for n in range(5)]

    first = logs.following({"c1": written}, {}, limit=2)
    second = logs.following({"c1": written}, first.places, limit=2)
    third = logs.following({"c1": written}, second.places, limit=2)

    assert [texts(page) for page in (first, second, third)] == [["0", "1"], ["2", "3"], ["4"]]
    assert [page.more for page in (first, second, third)] == [True, True, False]


def test_page_is_bounded_in_characters_and_holds_one_line_at_least(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logs, "MOST_CHARACTERS", 2 * logs.LINE_COST + 10)
    long = "\x00" * 1000
    written = [line(1, long), line(2, "b"), line(3, "c"), line(4, "d")]

    first = logs.following({"c1": written}, {}, limit=9)
    second = logs.following({"c1": written}, first.places, limit=9)

    assert (texts(first), first.more) == ([long], True)
    assert (texts(second), second.more) == (["b", "c"], True)
    assert texts(logs.newest(of(*written), limit=9)) == ["c", "d"]


def test_no_line_overtakes_those_of_a_log_that_was_not_read_to_its_end() -> None:
    busy = [line(n, f"busy {n}") for n in range(10)]
    quiet = [line(1, "quiet 1"), line(8, "quiet 8")]
    shown: list[str] = []
    page = Page(())
    for _ in range(20):
        page = logs.following({"c1": busy, "c2": quiet}, page.places, limit=3)
        shown += texts(page)
        if not page.more:
            break

    assert shown[1:3] == ["busy 1", "quiet 1"]
    assert shown.index("quiet 8") == shown.index("busy 8") + 1
    assert len(shown) == 12


@dataclass
class Container:
    """A container's log, as json-file keeps it."""

    name: str
    lines: list[Line] = field(default_factory=list)
    clock: dict[Stream, int] = field(default_factory=lambda: dict.fromkeys(STREAMS, 0))
    edges: set[str] = field(default_factory=set)
    """Times at which its start was cut off: lines of them cannot be counted any more."""


class Follower(RuleBasedStateMachine):
    """Somebody who follows while containers write, restart, are replaced and forget their start.

    Times are whole and repeat often; the streams of one container drift by less than a second.
    """

    limit = 2

    def __init__(self) -> None:
        super().__init__()
        self.containers = [Container("c0"), Container("c1")]
        self.made = 2
        self.time = 0
        self.number = 0
        self.before: set[str] = set()
        self.after: list[str] = []
        self.lost: set[str] = set()
        self.shown: Counter[str] = Counter()
        self.page: Page | None = None

    def write(self, container: Container, stream: Stream, step: int, drift: int) -> None:
        self.time += step
        moment = max(container.clock[stream], self.time - drift, 0)
        container.clock[stream] = moment
        self.number += 1
        text = str(self.number)
        container.lines.append(line(moment, text, stream))
        if at(moment) in container.edges:
            self.lost.add(text)
        (self.before.add if self.page is None else self.after.append)(text)

    @initialize(
        written=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(STREAMS), st.integers(0, 2))),
        tail=st.integers(1, 4),
    )
    def begin(self, written: list[tuple[int, Stream, int]], tail: int) -> None:
        for which, stream, step in written:
            self.write(self.containers[which], stream, step, 0)
        read = {c.name: end_of(c.lines) for c in self.containers}
        self.page = logs.newest(read, limit=tail)
        self.shown.update(texts(self.page))

    @rule(
        which=st.integers(0, 1),
        stream=st.sampled_from(STREAMS),
        step=st.integers(0, 2),
        drift=st.integers(0, 2),
    )
    def comes(self, which: int, stream: Stream, step: int, drift: int) -> None:
        self.write(self.containers[which], stream, step, drift)

    @rule(which=st.integers(0, 1))
    def container_is_replaced(self, which: int) -> None:
        self.follow_to_the_end()
        self.containers[which] = Container(f"c{self.made}")
        self.made += 1

    @rule(which=st.integers(0, 1), count=st.integers(1, 5))
    def start_is_rotated_away(self, which: int, count: int) -> None:
        container = self.containers[which]
        gone, kept = container.lines[:count], container.lines[count:]
        container.edges |= {one.at for one in gone}
        self.lost |= {one.text for one in gone}
        self.lost |= {one.text for one in kept if one.at in container.edges}
        container.lines = kept

    @rule(limit=st.integers(1, 4))
    def follow(self, limit: int) -> None:
        self.ask(limit)

    def ask(self, limit: int) -> bool:
        """Ask for the next page; whether more is to be had at once."""
        assert self.page is not None
        read = {c.name: self.read(c) for c in self.containers}
        page = logs.following(read, self.page.places, limit=limit)
        assert len(page.lines) <= limit
        assert page.lines or not page.more, "each page gets on"
        self.shown.update(texts(page))
        self.page = page
        return page.more

    def read(self, container: Container) -> list[Line]:
        """What Docker is asked for: everything from a second before the newest place on."""
        assert self.page is not None
        needed = logs.earliest_needed(self.page.places.get(container.name, {}))
        moment = int(needed[-10:-1]) - 2 if needed else 0
        return [one for one in container.lines if one.at >= at(max(moment, 0))]

    @rule()
    def follow_to_the_end(self) -> None:
        while self.ask(3):
            pass
        missing = set(self.after) - set(self.shown) - self.lost
        assert not missing, f"lost {missing}"

    @invariant()
    def nothing_is_shown_twice(self) -> None:
        doubled = {text for text, count in self.shown.items() if count > 1}
        assert not doubled

    def teardown(self) -> None:
        if self.page is not None:
            self.follow_to_the_end()


TestFollower = Follower.TestCase
TestFollower.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(STREAMS)), min_size=1))
def test_places_after_the_last_lines_leave_nothing_to_follow(
    written: list[tuple[int, Stream]],
) -> None:
    moments = sorted(moment for moment, _ in written)
    lines = [line(m, str(n), s) for n, (m, (_, s)) in enumerate(zip(moments, written, strict=True))]

    page = logs.newest(of(*lines), limit=2)
    after = logs.following({"c1": lines}, page.places, limit=1000)

    # A stream without a line among the last ones may show what shares the first one's time.
    stale = {p.at for p in page.places["c1"].values() if p.seen == 0}
    assert all(one.at in stale for _, one in after.lines)


def test_place_of_a_stream_counts_its_own_lines_alone() -> None:
    page = logs.newest(of(line(1, "a"), line(1, "b", "stderr")), limit=9)

    assert page.places == {"c1": {"stdout": Place(at(1), 1), "stderr": Place(at(1), 1)}}


def test_logs_are_open_one_at_a_time() -> None:
    opened: list[str] = []

    def log(name: str) -> Iterator[Line]:
        assert not opened
        opened.append(name)
        try:
            yield from (line(moment, name) for moment in range(9))
        finally:
            opened.remove(name)

    found = {name: log(name) for name in ("c1", "c2", "c3")}

    assert logs.following(found, {}, limit=2).more
    assert not opened
