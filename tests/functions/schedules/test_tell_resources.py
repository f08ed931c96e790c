"""What apps use is told to the meter every hour: once, in whole, whatever comes between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval
from chalicelib.domain.errors import Stale
from chalicelib.ports.records import Change, Create, Record, Usage
from chalicelib.ports.runs import BeginRun, EndRun, MarkAccount, ToldUntil
from chalicelib.runtime import wiring
from chalicelib.services.metering import resource_hours
from chalicelib.services.metering.resource_hours import HOUR, LAG_SECONDS, tell_account
from functions.schedules import tell_resources
from tests.functions.checks import Checked
from tests.permissions import DOING
from tests.unit.services.metering_bench import BEGINNING, Bench, at

KNOWN = {"name": "a", "resources_cpu_cores": 0.5, "resources_disk_mb": 2048}


def ran(bench: Bench, app: str, since: int, until: int | None = None) -> None:
    """Let an app run from some seconds after the beginning on."""
    run = Interval("user-a", app, "a", "tmpl_a", "A", "creator", BEGINNING + since, None)
    if bench.store.get(app) is None:
        bench.put(Record(app, "deployments", "user-a", "running", "", "", attributes=KNOWN))
    bench.store.commit(BeginRun(run), MarkAccount("user-a"))
    if until is not None:
        bench.store.commit(EndRun(replace(run, until=BEGINNING + until)))


def told(bench: Bench) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for event in bench.store.outbox.values():
        assert isinstance(event, Usage)
        key = (event.resource, event.event)
        found[key] = round(found.get(key, 0) + event.quantity, 6)
    return found


def tell(bench: Bench, seconds: float) -> int:
    bench.seconds = BEGINNING + seconds + LAG_SECONDS
    return tell_account(bench.tools, "user-a")


def test_each_span_is_told_once_and_none_is_left_out() -> None:
    bench = Bench()
    ran(bench, "app-a", 600)
    ran(bench, "app-b", 0, 900)

    counts = [tell(bench, HOUR), tell(bench, HOUR), tell(bench, 2 * HOUR)]

    assert counts == [4, 0, 2]
    assert told(bench) == {
        ("app-a", "compute.minutes"): 0.5 * (120 - 10),
        ("app-a", "storage.gb_hours"): round(2 * (2 - 1 / 6), 6),
        ("app-b", "compute.minutes"): 7.5,
        ("app-b", "storage.gb_hours"): 0.5,
    }
    ends = {event.at for event in bench.store.outbox.values()}
    assert ends == {clock.text_at(BEGINNING + HOUR), clock.text_at(BEGINNING + 2 * HOUR)}


def test_of_what_cannot_be_seen_nothing_is_told_after_the_last_look() -> None:
    bench = Bench()
    ran(bench, "app-a", 0)
    ran(bench, "app-b", 0)
    app = bench.store.get("app-a")
    assert app
    known = {"started_at": at(0)}
    change = Change(of=app, node="node_1", health="unreachable", attributes=known)
    bench.store.commit(change)
    bench.seen(1200)

    tell(bench, HOUR)
    tell(bench, 2 * HOUR)

    assert told(bench)["app-a", "compute.minutes"] == 0.5 * 20
    assert told(bench)["app-b", "compute.minutes"] == 0.5 * 120


def test_ids_are_those_of_app_and_span() -> None:
    first, again = Bench(), Bench()
    for bench in (first, again):
        ran(bench, "app-a", 0)
        tell(bench, HOUR)

    assert [*first.store.outbox] == [*again.store.outbox]
    tell(first, 2 * HOUR)
    assert len(first.store.outbox) == 4


def test_what_is_nothing_is_not_told() -> None:
    """The meter takes a quantity of nothing for one."""
    bench = Bench()
    bench.put(Record("app-a", "deployments", "user-a", "running", "", "", attributes={}))
    ran(bench, "app-a", 0)
    ran(bench, "app-b", 100, 100)

    assert tell(bench, HOUR) == 0


def test_many_apps_are_told_in_parts_that_another_run_goes_on_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    monkeypatch.setattr(resource_hours, "AT_ONCE", 2)
    for number in range(5):
        ran(bench, f"app-{number}-x", 0)
    commit, left = bench.store.commit, iter([True, False])

    def dying(*writes: Any) -> None:
        if not next(left):
            raise Stale("It dies here.")
        commit(*writes)

    bench.store.commit = dying  # type: ignore[method-assign]
    with pytest.raises(Stale):
        tell(bench, HOUR)
    bench.store.commit = commit  # type: ignore[method-assign]
    part = bench.runs.told_until("user-a")

    later = tell(bench, 2 * HOUR), tell(bench, 2 * HOUR)

    assert part == ToldUntil(0, BEGINNING + HOUR, "app-1-x")
    assert later == (6, 10)
    assert set(told(bench).values()) == {60.0, 4.0}
    assert len(told(bench)) == 10


def test_all_accounts_are_told_under_the_role_of_the_schedule(here: Checked) -> None:
    since = clock.seconds_of(wiring.now()) - 2 * HOUR
    for owner in ("user-one", "user-two"):
        app = f"app-of-{owner}"
        run = Interval(owner, app, "a", "tmpl_a", "A", "creator", since, None)
        record = Record(app, "deployments", owner, "running", "", "", attributes=KNOWN)
        wiring.records().commit(Create(record), BeginRun(run), MarkAccount(owner))
    [declaration] = tell_resources.handler.declarations  # type: ignore[attr-defined]
    token = DOING.set(("tell_resources", declaration))
    try:
        done = tell_resources.handler({}, None)
    finally:
        DOING.reset(token)

    assert done["accounts"] >= 2
    assert wiring.runs().told_until("user-one").until >= since + 2 * HOUR - LAG_SECONDS - 1
