"""A run begins and ends with the record, the meter and what it is billed by in one commit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.ports.nodes import ContainerState
from chalicelib.ports.records import Change, Create, Record, Usage, Work, Write
from chalicelib.ports.runs import EndRun, MarkAccount, SetPrice
from chalicelib.services.metering import (
    RUN,
    Told,
    is_metered,
    note_rest,
    noticed,
    started,
    stopped,
)
from chalicelib.services.tools import Tools
from infra.faults.simulated.billing import unbilled
from tests.fakes.records import FakeRecords
from tests.fakes.runs import FakeRuns

BEGINNING = 1_790_000_000
BORN = clock.text_at(BEGINNING)


@dataclass
class Bench:
    """A store with an app, its template and its node, at a time of its own."""

    seconds: float = BEGINNING
    ids: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.store = FakeRecords(self.now)
        self.runs = FakeRuns(self.store)
        known = {"name": "An app", "price_monthly_cents": 500}
        self.put(
            Record("tmpl_a", "templates", "creator", "published", BORN, BORN, attributes=known)
        )
        self.put(Record("node_1", "nodes", "user-a", "online", BORN, BORN))
        known = {"name": "my app", "template_id": "tmpl_a"}
        app = Record("app-1", "deployments", "user-a", "starting", BORN, BORN, attributes=known)
        self.put(replace(app, node="node_1", generation=1))

    def put(self, record: Record) -> None:
        self.store.commit(Create(record))

    @property
    def tools(self) -> Tools:
        given = SimpleNamespace(
            records=lambda: self.store, runs=lambda: self.runs, now=self.now, used=self.used
        )
        return cast("Tools", given)

    def now(self) -> str:
        return clock.text_of(clock.EPOCH + timedelta(seconds=self.seconds))

    def used(self, user: str, event: str, resource: str, kind: str, **metadata: str) -> Usage:
        return Usage(
            f"evt_{next(self.ids):04}", user, event, resource, kind, self.now(), metadata=metadata
        )

    @property
    def app(self) -> Record:
        found = self.store.get("app-1")
        assert found
        return found

    def write(self, told: Told) -> tuple[Write, ...]:
        self.store.commit(Change(of=self.app, attributes=told.attributes), *told.writes)
        assert list(unbilled(self.store.runs.values(), [self.app])) == []
        return told.writes

    def start(self) -> tuple[Write, ...]:
        return self.write(started(self.tools, self.app, node="node_1"))

    def stop(self, at: str | None = None) -> tuple[Write, ...]:
        return self.write(stopped(self.tools, self.app, at=at))

    def seen(self, seconds: float) -> None:
        node = self.store.get("node_1")
        assert node
        self.store.commit(Change(of=node, attributes={"last_seen_at": at(seconds)}))

    def work(self) -> None:
        generation = self.app.generation + 1
        work = Work("stop", generation, "x", self.now())
        self.store.commit(Change(of=self.app, set_work=work, generation=generation))

    @property
    def spans(self) -> list[tuple[int, int | None]]:
        """When it ran, in seconds since the beginning."""
        found = self.runs.reaching("user-a", since=0, until=BEGINNING * 2)
        return [
            (one.since - BEGINNING, None if one.until is None else one.until - BEGINNING)
            for one in found
        ]


def at(seconds: float) -> str:
    return clock.text_of(clock.EPOCH + timedelta(seconds=BEGINNING + seconds))


def ended(finished_at: str | None) -> ContainerState:
    return ContainerState(
        *("id", "web", "image", "exited", "none", 0, 0, None, False, (), "", 1),
        finished_at=finished_at,
    )


def told(writes: tuple[Write, ...]) -> list[tuple[str, str]]:
    return [(one.event, one.at) for one in writes if isinstance(one, Usage)]


def test_run_is_told_and_billed_from_its_start_to_its_end() -> None:
    bench = Bench()

    begun = bench.start()
    bench.seconds += 90
    over = bench.stop(at(60))

    assert told(begun) == [("deployment.started", at(0))]
    assert told(over) == [("deployment.stopped", at(60))]
    assert bench.spans == [(0, 60)]
    (run,) = bench.store.runs.values()
    assert run == Interval(
        *("user-a", "app-1", "my app", "tmpl_a", "An app", "creator"), BEGINNING, BEGINNING + 60
    )
    assert bench.app.attributes["stopped_at"] == at(60)


def test_start_of_what_runs_and_end_of_what_does_not_tell_nothing() -> None:
    bench = Bench()

    assert bench.stop() == ()
    bench.start()
    bench.seconds += 10
    assert bench.start() == ()
    bench.stop()
    bench.seconds += 10
    assert bench.stop() == ()

    assert len(bench.spans) == 1


def test_run_ends_at_the_last_look_that_found_its_server() -> None:
    bench = Bench()
    bench.start()
    bench.seen(120)
    bench.seconds += 3600

    bench.stop()

    assert bench.spans == [(0, 120)]


def test_run_never_ends_before_it_began_nor_in_the_future() -> None:
    bench = Bench()
    bench.seen(-500)
    bench.start()
    bench.seconds += 10
    bench.stop()
    bench.seconds += 10
    bench.start()
    bench.seconds += 10

    bench.stop(at(10_000))

    assert bench.spans == [(0, 0), (20, 30)]


def test_run_that_begins_by_a_slow_clock_begins_where_the_last_one_ended() -> None:
    bench = Bench()
    bench.start()
    bench.seconds += 100
    bench.stop(at(100))
    bench.seconds -= 30

    bench.start()

    assert bench.spans == [(0, 100), (100, None)]


def test_stop_is_when_docker_says_that_the_containers_ended() -> None:
    bench = Bench()
    bench.start()
    bench.seconds += 50
    bench.work()
    bench.seconds += 10
    ends = [at(55), at(57), None]
    states = [ended(end) for end in ends]

    note_rest(bench.tools, bench.app, states)
    bench.seconds += 500
    note_rest(bench.tools, bench.app, states[:1])
    bench.seen(400)
    bench.stop()

    assert bench.spans == [(0, 57)]


def test_servers_clock_is_believed_within_the_work_alone() -> None:
    for shown, believed in ((at(-3600), 50), (at(7200), 60)):
        bench = Bench()
        bench.start()
        bench.seconds += 50
        bench.work()
        bench.seconds += 10
        note_rest(bench.tools, bench.app, [ended(shown)])
        bench.stop()

        assert bench.spans == [(0, believed)]


def test_what_earlier_work_noted_says_nothing_of_this_run() -> None:
    bench = Bench()
    bench.start()
    bench.seconds += 10
    bench.work()
    note_rest(bench.tools, bench.app)
    bench.seconds += 100
    bench.work()
    bench.seen(100)

    bench.stop()

    assert bench.spans == [(0, 100)]


def test_account_is_marked_by_its_first_run_alone() -> None:
    bench = Bench()

    first = bench.start()
    bench.stop()
    again = bench.start()

    assert MarkAccount("user-a") in first
    assert not any(isinstance(one, MarkAccount) for one in again)


def test_template_of_before_has_its_price_from_the_first_run_on() -> None:
    bench = Bench()
    bench.seconds += 7

    first = bench.start()
    bench.stop()
    again = bench.start()

    assert SetPrice(Price("tmpl_a", BEGINNING + 7, 500)) in first
    assert not any(isinstance(one, SetPrice) for one in again)


def test_run_of_before_is_billed_from_where_it_is_noticed_and_told_once() -> None:
    bench = Bench()
    bench.write(Told({}))
    bench.store.commit(Change(of=bench.app, attributes={"started_at": at(0), "stopped_at": None}))
    bench.seconds += 1000

    found = bench.write(noticed(bench.tools, bench.app))

    assert told(found) == []
    assert bench.spans == [(1000, None)]
    assert noticed(bench.tools, bench.app) == Told()
    bench.seconds += 60
    bench.stop(at(1060))
    assert bench.spans == [(1000, 1060)]


def test_run_of_before_that_was_never_noticed_is_told_and_not_billed() -> None:
    bench = Bench()
    bench.store.commit(Change(of=bench.app, attributes={"started_at": at(0), "stopped_at": None}))
    bench.seconds += 10

    over = stopped(bench.tools, bench.app, at=at(10))

    assert told(over.writes) == [("deployment.stopped", at(10))]
    assert not any(isinstance(one, EndRun) for one in over.writes)
    assert over.attributes[RUN] is None


@given(
    st.lists(st.tuples(st.sampled_from(["start", "stop", "end"]), st.floats(-50, 500)), max_size=12)
)
def test_runs_never_overlap_and_one_is_open_exactly_while_it_runs(
    acts: list[tuple[str, float]],
) -> None:
    """Whatever the clocks say; `write` looks at what is billed after every act."""
    bench = Bench()
    for act, passed in acts:
        bench.seconds += passed
        if act == "start":
            bench.start()
        else:
            bench.stop(at(passed) if act == "end" else None)

        assert is_metered(bench.app) == bool(bench.app.attributes.get(RUN))
