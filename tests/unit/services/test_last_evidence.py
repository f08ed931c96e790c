"""A run ends at the last evidence of running: Docker's word, or the last look that found it."""

from __future__ import annotations

from chalicelib.ports.records import Change, Usage
from chalicelib.services.metering.metering import note_rest
from tests.unit.services.metering_bench import Bench, at, ended, running


def test_run_ends_at_the_last_look_that_found_its_server() -> None:
    bench = Bench()
    bench.start()
    bench.seen(120)
    bench.seconds += 3600

    bench.stop()

    assert bench.spans == [(0, 120)]


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


def test_servers_clock_is_believed_since_the_last_look_alone() -> None:
    for shown, believed in ((at(-3600), 40), (at(45), 45), (at(7200), 60)):
        bench = Bench()
        bench.start()
        bench.seen(40)
        bench.seconds += 50
        bench.work()
        bench.seconds += 10
        note_rest(bench.tools, bench.app, [ended(shown)])
        bench.stop()

        assert bench.spans == [(0, believed)]


def test_what_was_dead_for_days_before_it_is_stopped_ran_until_then() -> None:
    bench = Bench()
    bench.start()
    bench.seen(40)
    bench.seconds += 3 * 86_400
    bench.work()
    note_rest(bench.tools, bench.app, [ended(at(50)), ended(at(70))])
    bench.stop()

    assert bench.spans == [(0, 70)]


def test_what_is_gone_before_it_is_removed_ran_until_the_last_look() -> None:
    bench = Bench()
    bench.start()
    bench.seen(40)
    bench.seconds += 3 * 86_400
    bench.work()
    note_rest(bench.tools, bench.app, [])
    bench.stop()

    assert bench.spans == [(0, 40)]


def test_what_runs_yet_when_it_is_to_go_runs_until_then() -> None:
    bench = Bench()
    bench.start()
    bench.seconds += 50
    bench.work()
    bench.seconds += 5
    note_rest(bench.tools, bench.app, [running(), ended(at(3))])
    bench.seconds += 100
    bench.stop()

    assert bench.spans == [(0, 55)]


def test_what_earlier_work_noted_says_nothing_of_this_run() -> None:
    bench = Bench()
    bench.start()
    bench.seconds += 10
    bench.work()
    note_rest(bench.tools, bench.app, [running()])
    bench.seconds += 100
    bench.work()
    bench.seen(100)

    bench.stop()

    assert bench.spans == [(0, 100)]


def test_what_a_restart_noted_says_nothing_of_what_runs_after_it() -> None:
    bench = Bench()
    bench.start()
    bench.seconds += 10
    bench.work()
    note_rest(bench.tools, bench.app, [running()])
    bench.done()
    bench.seconds += 3600
    bench.seen(3600)

    bench.stop()

    assert bench.spans == [(0, 3600)]


def test_check_that_sees_no_app_is_no_evidence() -> None:
    bench = Bench()
    bench.start()
    bench.seen(120)
    bench.seconds += 86_400
    bench.checked(86_300)

    bench.stop()

    assert bench.spans == [(0, 120)]


def test_look_while_work_is_in_hand_is_no_evidence() -> None:
    bench = Bench()
    bench.start()
    bench.seconds += 100
    bench.work()
    bench.seconds += 500
    bench.seen(600)

    bench.stop()

    assert bench.spans == [(0, 100)]


def test_look_that_misses_a_container_is_no_evidence() -> None:
    for during_work in (False, True):
        bench = Bench()
        bench.start()
        watch = {"generation": bench.app.generation, "seen_at": at(60)}
        bench.store.commit(Change(of=bench.app, attributes={"watch": watch}))
        bench.seen(120)
        bench.seconds += 150
        if during_work:
            bench.work()

        bench.stop()

        assert bench.spans == [(0, 60)]


def test_end_of_long_ago_is_told_when_the_meter_still_takes_it_with_its_true_time() -> None:
    bench = Bench()
    bench.start()
    bench.seen(120)
    bench.seconds += 9 * 86_400

    (event,) = (one for one in bench.stop() if isinstance(one, Usage))

    assert event.at == at(3 * 86_400)
    assert event.metadata == {"ended_at": at(120)}
    assert bench.spans == [(0, 120)]
