"""When an app ran is noted with what ended and began it, to the second, under its price."""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.ports.records import Change, Record
from chalicelib.runtime import wiring
from chalicelib.services.metering.metering import RUN
from infra.faults.simulated.billing import unbilled
from tests.factories import gone, settled, template
from tests.statemachines.test_watch import LATER, MINUTE, look, running, turns
from tests.world import World


def kept(app: str) -> Record:
    found = wiring.records().get(app)
    assert found
    return found


def runs_of(app: str) -> list[Interval]:
    """What an app is billed by, which is what the meter counts."""
    found = wiring.runs().reaching("user-a", since=0, until=2**33)
    assert list(unbilled(found, [kept(app)])) == []
    return [run for run in found if run.deployment == app]


def seconds_of(app: str, name: str) -> int:
    return clock.seconds_of(kept(app).attributes[name])


def did(here: World, app: str, verb: str) -> str:
    assert here.call("POST", f"/deployments/{app}/{verb}").status == 200
    return str(settled(here, "deployments", app)["status"])


def test_each_run_is_noted_from_its_start_to_its_stop(here: World) -> None:
    app = running(here)
    begun = seconds_of(app, "started_at")
    [while_running] = runs_of(app)
    here.skew += 3600

    assert did(here, app, "stop") == "stopped"
    stopped = seconds_of(app, "stopped_at")
    over = runs_of(app)
    assert did(here, app, "start") == "running"

    assert (while_running.since, while_running.until) == (begun, None)
    assert (while_running.deployment_name, while_running.template_name) == (
        "my app",
        "Two services",
    )
    assert while_running.creator == "creator"
    assert [(run.since, run.until) for run in over] == [(begun, stopped)]
    assert stopped - begun >= 3600
    assert [run.until for run in runs_of(app)] == [stopped, None]


def test_restart_goes_on_with_the_run_and_a_removal_ends_it(here: World) -> None:
    app = running(here)
    [before] = runs_of(app)

    assert did(here, app, "restart") == "running"
    while_running = runs_of(app)
    here.call("DELETE", f"/deployments/{app}")
    gone(here, "deployments", app)

    assert while_running == [before]
    [over] = runs_of(app)
    assert over.until == seconds_of(app, "stopped_at")


def test_crash_ends_the_run_when_docker_says_that_it_ended(here: World) -> None:
    app = running(here)
    look(here, app, MINUTE)
    ended = clock.text_at(clock.seconds_of(wiring.now()) + 30)
    turns(here, app, "web", status="exited", exit_code=137, finished_at=ended)

    look(here, app, MINUTE)
    assert look(here, app, LATER)["status"] == "failed"

    [over] = runs_of(app)
    assert over.until == clock.seconds_of(ended)


def test_what_is_gone_ran_until_the_last_look_that_found_it(here: World) -> None:
    app = running(here)
    look(here, app, MINUTE)
    seen = wiring.now()
    del here.node.engine.running[app, "web"]

    look(here, app, MINUTE)
    assert look(here, app, LATER)["status"] == "failed"

    [over] = runs_of(app)
    assert over.until in {clock.seconds_of(seen) - 1, clock.seconds_of(seen)}


def test_run_of_before_is_billed_from_the_next_look_on(here: World) -> None:
    app = running(here)
    [run] = runs_of(app)
    items = wiring.tables_of_installation().runs
    for item in items.query(f"runs#{run.owner}"):
        item.delete()
    wiring.records().commit(Change(of=kept(app), attributes={RUN: None}))

    look(here, app, MINUTE)

    [noticed] = runs_of(app)
    assert noticed.since >= run.since + MINUTE
    assert noticed.until is None


def test_price_is_noted_with_the_template_and_with_every_change(here: World) -> None:
    made = template(here, price_monthly_cents=500)
    [first] = wiring.runs().prices([made])[made]
    here.skew += 10

    path = f"/templates/{made}"
    for changed in ({"price_monthly_cents": 700}, {"description": "other words"}):
        given = {**changed, "price_monthly_cents": 700}
        assert here.call("PATCH", path, given, user="creator").status == 200

    prices = wiring.runs().prices([made])[made]
    assert prices[0] == first
    assert [price.monthly_cents for price in prices] == [500, 700]
    assert prices[1].at >= first.at + 10
    assert isinstance(first, Price)
