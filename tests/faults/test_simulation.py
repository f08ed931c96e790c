"""The simulation holds the product to its invariants, can be repeated, and finds what is broken."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from chalicelib.domain.errors import Contended, Gone, ProviderUnavailable, Unavailable
from chalicelib.ports.records import Change, Count, Record
from chalicelib.ports.runs import EndRun
from chalicelib.runtime import settings, step, wiring
from chalicelib.services import uses
from chalicelib.services.counters import use_key
from chalicelib.services.deployments import holdings, stopping
from chalicelib.services.domains import certifying, issuing
from chalicelib.services.metering import metering
from chalicelib.services.provisions import ordering, proofs
from chalicelib.services.work import work
from functions.events.sweep import sweep_account
from functions.events.workflows import reconcile_execution
from functions.schedules import resume_work, scrub_reservations
from infra.faults.cells import Cell, machines
from infra.faults.simulated import start
from infra.faults.simulated.crashes import Fate, Killed
from infra.faults.simulated.functions import ENVIRONMENT, in_play, simulated
from infra.faults.simulated.grid import BEGINNINGS, outcome
from infra.faults.simulated.schedule import Plan, Storm, Story, calm, pacify, play
from infra.faults.simulated.world import World
from tests.fakes import record_items, record_writes, records

SEED = int(os.environ.get("SEED") or 1)
SCHEDULES = 250
AT_ONCE = 50


@pytest.fixture(autouse=True, scope="module")
def _stage() -> Iterator[None]:
    with simulated():
        yield


@pytest.fixture
def world() -> Iterator[World]:
    """A server with an app on it."""
    with in_play(start.begin("app", Random(1))) as world:
        yield world


@pytest.mark.parametrize("first", range(SEED, SEED + SCHEDULES, AT_ONCE))
def test_schedules_end_well_whatever_fails(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        story = play(Plan(seed))
        assert story.ok, f"SEED={seed}\n{story.trace}\n" + "\n".join(story.breaches)


def test_schedule_is_its_seed() -> None:
    told = [play(Plan(seed, length=60)) for seed in (5, 5, 6)]

    assert told[0] == told[1]
    assert told[0].digest != told[2].digest


def found(kind: str, plan: Plan = Plan(0), *, seeds: int = 150) -> Story:  # noqa: B008 - frozen
    """The first schedule that breaks an invariant of this kind."""
    for seed in range(SEED, SEED + seeds):
        story = play(replace(plan, seed=seed))
        if any(breach.startswith(kind) for breach in story.breaches):
            return story
    raise AssertionError(f"{seeds} schedules break nothing of this kind: {kind}")


NAMES = Plan(0, users=("add_name", "prove_name", "forget_name", "remove_name"), start="app")


def test_proof_that_is_not_taken_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (certifying, issuing, work):
        monkeypatch.setattr(module, "hidden", lambda _domain: ())

    assert found("remains: the proof", NAMES)


def test_certificate_that_outlives_its_name_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certifying, "dropped", lambda _domain: ())

    assert found("leaked: the certificate", NAMES)


@pytest.fixture
def _no_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_account, "sweep_account", lambda _tools, _credential: None)


def test_lost_work_that_nobody_brings_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (resume_work, reconcile_execution):
        monkeypatch.setattr(module, "recover", lambda _tools, _record: "running")

    assert found("stuck: ")


def test_use_that_is_not_ended_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uses, "ended", lambda used, user: Count(use_key(used, user), 0))

    assert found("leaked: uses#")


def test_run_that_ends_for_the_meter_alone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def never_billed(tools: Any, deployment: Record, **given: Any) -> metering.Told:
        told = stopped(tools, deployment, **given)
        return replace(told, writes=tuple(w for w in told.writes if not isinstance(w, EndRun)))

    stopped = metering.stopped
    monkeypatch.setattr(stopping, "stopped", never_billed)

    assert found("billed: ")


def test_reservation_that_is_not_given_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrub_reservations, "scrub", lambda *_, **__: Counter())
    monkeypatch.setattr(holdings, "released", lambda _app: [])

    assert found("leaked: port#")


@pytest.mark.usefixtures("_no_sweep")
def test_server_that_is_taken_for_gone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "destroy_server", lambda _tools, _record: True)

    assert found("orphan: ")


@pytest.mark.usefixtures("_no_sweep")
def test_order_that_does_not_wait_out_the_lag_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "is_in_doubt", lambda _tools, _record: False)
    lagging = Plan(0, fates=("loses_answer",), users=("order",), happenings=("lag",), start="empty")

    assert found("double: ", lagging)


def test_work_that_is_not_fenced_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def unfenced(entity: str, _generation: int, _name: str, *, again: bool) -> Record:
        found = wiring.records().get(entity)
        assert found is not None
        return found

    def holds(item: Any, change: Change) -> bool:
        of_any = replace(change, if_generation=None, if_working=False, if_idle=False)
        return record_items.holds(item, of_any)

    monkeypatch.setattr(step, "_fence", unfenced)
    for module in (records, record_writes):
        monkeypatch.setattr(module, "holds", holds)

    assert found("leaked: total#")


# What a function meets ------------------------------------------------------------------------


def meeting(world: World, fate: Fate, act: Callable[[], Any]) -> Any:
    """Do something as a function of that fate."""
    world.fates = lambda _name, _machine: fate
    try:
        return world.run("resume_work", act)
    finally:
        world.fates = lambda _name, _machine: None


def named(world: World) -> Record:
    [app] = world.living("deployments")
    return app


def rename(world: World, name: str) -> Callable[[], Record]:
    return lambda: world.records_port.change(Change(of=named(world), attributes={"name": name}))


def test_call_that_fails_before_its_effect_does_nothing(world: World) -> None:
    with pytest.raises((Unavailable, Contended)):
        meeting(world, Fate(fails_at=1), rename(world, "new"))

    assert named(world).attributes["name"] == "my app"


def test_call_whose_answer_is_lost_has_its_effect(world: World) -> None:
    with pytest.raises(Unavailable):
        meeting(world, Fate(fails_at=1, after_effect=True), rename(world, "new"))

    assert named(world).attributes["name"] == "new"


def test_function_dies_before_a_call_and_runs_no_handler(world: World) -> None:
    caught: list[str] = []

    def both() -> None:
        try:
            rename(world, "first")()
            rename(world, "second")()
        except Exception:
            caught.append("handled")

    with pytest.raises(Killed):
        meeting(world, Fate(dies_at=2), both)

    assert (named(world).attributes["name"], caught) == ("first", [])


def test_function_that_is_held_up_beyond_its_time_is_killed(world: World) -> None:
    held = Fate(interrupted_at=1, interrupt=lambda: world.sleep(61.0))

    def both() -> None:
        rename(world, "first")()
        rename(world, "second")()

    with pytest.raises(Killed):
        meeting(world, held, both)

    assert named(world).attributes["name"] == "first"


def test_account_lags_doubles_and_loses(world: World) -> None:
    account = world.real
    account.lag, account.duplicates = 20.0, 1
    order = replace(account.orders[0], tag="test-other")

    made = account.create(order)

    assert account.find("test-other") == ()
    with pytest.raises(Gone):
        account.get(made.id)
    world.sleep(40.0)
    assert len(account.find("test-other")) == 2
    assert account.get(made.id).address in world.servers
    account.lose(made.id)
    assert len(account.find("test-other")) == 1
    account.away_until = world.seconds + 1
    with pytest.raises(ProviderUnavailable):
        account.find("test-other")


# After a restore --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(SEED, SEED + 8))
def test_table_of_before_harms_no_server(
    seed: int, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """A storm passes, then the records are those of before it: servers stay, whoever sweeps."""
    chance = Random(seed)
    world = start.begin("app", chance)
    before = dict(world.store.items), dict(world.store.holders), dict(world.store.counts)
    with in_play(world):
        Storm(Plan(seed, users=("order", "deploy", "destroy"), fates=()), world).turns(80)
        pacify(world)
        calm(world)
        alive = {server.id for server in world.real.alive()}

        world.store.items, world.store.holders, world.store.counts = before
        request.addfinalizer(settings.settings.cache_clear)
        monkeypatch.setitem(ENVIRONMENT, "HOSTER_EPOCH", "2")
        settings.settings.cache_clear()
        calm(world)

        assert {server.id for server in world.real.alive()} == alive
        assert world.broken == []


# The grid -------------------------------------------------------------------------------------

CELLS = (
    Cell("provision", "CreateServer", "killed"),
    Cell("provision", "CreateServer", "list_lag"),
    Cell("provision", "ReleaseServer", "throttle"),
    Cell("destroy", "DestroyServer", "twice"),
    Cell("deploy", "StartServices", "docker_killed"),
    Cell("rollback", "UndoRedeploy", "error_before"),
    Cell("lose", "BuryApps", "timeout"),
)


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_cell_ends_well(cell: Cell) -> None:
    result = outcome(cell, SEED)

    assert result.ok, result
    assert result.mode == "simulated"
    assert result.state in {"ready", "running", "stopped", "failed", "destroyed", "deleted", "lost"}


def test_every_machine_can_be_begun() -> None:
    assert set(BEGINNINGS) == set(machines())


def test_cell_that_leaves_something_behind_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uses, "ended", lambda used, user: Count(use_key(used, user), 0))

    result = outcome(Cell("remove", "FinishRemove", "timeout"), SEED)

    assert (result.ok, result.leaked > 0) == (False, True)
    assert result.reason.startswith("leaked: uses#")
