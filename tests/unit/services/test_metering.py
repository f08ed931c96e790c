"""A run begins and ends with the record, the meter and what it is billed by in one commit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.ports.records import Change
from chalicelib.ports.runs import EndRun, MarkAccount, SetPrice
from chalicelib.services.metering.metering import RUN, Told, is_metered, noticed, stopped
from tests.unit.services.metering_bench import BEGINNING, Bench, at, told


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


def test_clock_that_goes_back_ends_no_run_before_its_beginning() -> None:
    bench = Bench()
    bench.start()
    bench.seconds -= 1
    bench.stop()

    bench.start()

    assert bench.spans == [(0, 0), (0, None)]


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


def forgotten(bench: Bench, **known: object) -> None:
    """A restore put the record back to where it knows nothing of the open run."""
    bench.store.commit(Change(of=bench.app, attributes={RUN: None, **known}))


def test_open_run_that_a_restored_record_does_not_know_ends_where_the_record_says() -> None:
    for known, end in (({"stopped_at": at(40)}, 40), ({"started_at": None}, 0)):
        bench = Bench()
        bench.start()
        bench.seconds += 500
        forgotten(bench, **known)

        bench.start()

        assert bench.spans == [(0, end), (500, None)]


def test_open_run_that_a_restored_record_does_not_know_goes_on_while_the_app_runs() -> None:
    bench = Bench()
    bench.start()
    bench.seconds += 500
    forgotten(bench)

    bench.write(noticed(bench.tools, bench.app))

    assert bench.spans == [(0, None)]
    bench.stop(at(500))
    assert bench.spans == [(0, 500)]
