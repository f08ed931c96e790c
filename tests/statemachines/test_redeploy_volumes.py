"""Redeploying services that have data: never two of them on one volume, and the data comes back."""

from __future__ import annotations

import importlib
from dataclasses import replace

import pytest

from chalicelib.domain.errors import DockerUnavailable, ProductError
from chalicelib.runtime import wiring
from infra.packaging.template import state_functions
from tests.factories import TWO_SERVICES, settled
from tests.fakes.volumes import KILLED
from tests.functions import things
from tests.statemachines.redeploys import (
    HOST,
    NEW_DB,
    NEW_WEB,
    REDEPLOY,
    STATEFUL,
    STATELESS,
    UNDONE,
    begun,
    images,
    names,
    redeployed,
    taken,
    version,
)
from tests.statemachines.test_deploy import held, hosts, items
from tests.statemachines.test_failures import FOR_GOOD, stepped, until
from tests.statemachines.test_restart import app
from tests.world import World

__all__ = ["app"]
OLD_DB = "redis:7-alpine"
BEFORE = {"db": (OLD_DB, "running"), "web": ("nginx:alpine", "running")}
STOPPED = REDEPLOY[REDEPLOY.index("SnapshotVolumes") :]
"""The steps after whose begin the old container may be gone."""


def data(here: World, app: str) -> list[str]:
    """Which images wrote into the volume, in order."""
    return here.node.volumes.data[app, "data"]


@pytest.fixture(autouse=True)
def never_two_on_one_volume(here: World):
    yield
    assert here.node.volumes.clashes == []


def run_again(app: str, step: str) -> None:
    record = wiring.records().get(app)
    assert record is not None
    event = {"id": app, "generation": record.generation, "kind": "redeploy"}
    importlib.import_module(state_functions("redeploy")[step].module).handler(event, None)


def test_service_with_a_volume_is_replaced_in_place_on_its_own_data(here: World, app: str) -> None:
    web = here.node.engine.running[app, "web"]
    kept: list[object] = []
    here.before["StartServices"] = lambda: kept.append(dict(here.node.volumes.snapshots))

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", None)
    assert images(here, app) == {**BEFORE, "db": (NEW_DB, "running")}
    assert here.node.engine.running[app, "web"].id == web.id
    assert data(here, app) == [OLD_DB, NEW_DB]
    assert kept == [{(app, 1): {"data": [OLD_DB]}}]
    assert here.node.volumes.snapshots == {}
    assert done["proxy_port"] == 30001
    assert set(stepped(here)) == set(REDEPLOY)


@pytest.mark.parametrize("step", REDEPLOY)
def test_step_that_dies_for_good_brings_the_data_back(here: World, app: str, step: str) -> None:
    before = taken(here, app)
    here.kills = {step: FOR_GOOD}

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", "step_crashed")
    assert stepped(here) == [*until(REDEPLOY, step), *UNDONE]
    assert images(here, app) == BEFORE
    assert set(data(here, app)) == {OLD_DB}
    assert here.node.volumes.snapshots == {}
    assert taken(here, app) == before
    here.kills = {}
    assert redeployed(here, app, version="1.1.0")["error_code"] is None


@pytest.mark.parametrize("step", STOPPED)
def test_cancelled_redeploy_brings_the_data_back(here: World, app: str, step: str) -> None:
    here.before[step] = lambda: here.call("POST", f"/deployments/{app}/cancel")

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", None)
    assert images(here, app) == BEFORE
    assert set(data(here, app)) == {OLD_DB}


@pytest.mark.parametrize("step", STOPPED[:-1])
def test_step_that_runs_twice_does_no_harm(here: World, app: str, step: str) -> None:
    following = REDEPLOY[REDEPLOY.index(step) + 1]
    here.before[following] = lambda: run_again(app, step)

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", None)
    assert data(here, app) == [OLD_DB, NEW_DB]


@pytest.mark.parametrize("call", ["remove", "start_snapshot", "snapshot_state", "ensure_service"])
def test_function_that_dies_in_the_middle_is_tried_again(here: World, app: str, call: str) -> None:
    here.node.fails[call] = [DockerUnavailable("away")] * 2

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", None)
    assert data(here, app) == [OLD_DB, NEW_DB]


def test_new_version_that_ruins_the_data_is_undone_with_the_data_of_before(
    here: World, app: str
) -> None:
    here.node.engine.behaviour[NEW_DB] = {"health": "unhealthy", "last_probe": "cannot read"}

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", "unhealthy")
    assert "cannot read" in done["error_message"]
    assert images(here, app) == BEFORE
    assert data(here, app) == [OLD_DB, OLD_DB]
    assert hosts() == {HOST: "running"}
    assert names(here, app) == ["db", "web"]


def test_volumes_that_are_too_large_are_told_and_nothing_is_touched(here: World, app: str) -> None:
    here.node.volumes.mb["data"] = 9_800
    there = here.node.engine.containers(app)

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", "disk_full")
    assert "9800 MB" in done["error_message"]
    assert "10000 MB free" in done["error_message"]
    assert here.node.engine.containers(app) == there


@pytest.mark.parametrize(
    ("said", "code"), [("No space left on device", "disk_full"), ("broken", "command_failed")]
)
def test_copy_that_fails_is_undone_without_having_touched_the_data(
    here: World, app: str, said: str, code: str
) -> None:
    here.node.volumes.breaks = [f"take:{said}"]

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", code)
    assert said in done["error_message"]
    assert data(here, app) == [OLD_DB, OLD_DB]
    assert images(here, app) == BEFORE


def up(here: World, app: str) -> list[str]:
    return sorted(s.service for s in here.node.engine.containers(app) if s.status == "running")


def test_nothing_else_runs_and_nobody_is_led_there_until_the_data_is_in_good_hands(
    here: World, app: str
) -> None:
    engine, seen = here.node.engine, []
    engine.behaviour[NEW_DB] = {"health": "starting"}

    def look() -> None:
        seen.append((up(here, app), hosts()[HOST]))

    def heal() -> None:
        look()
        engine.running[app, "db"] = replace(engine.running[app, "db"], health="healthy")

    def wait() -> None:
        look()
        here.before["StartServices"] = heal

    here.before["StartServices"] = wait
    here.before["PublishRoute"] = look

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert done["error_code"] is None
    assert seen == [([], "starting"), (["db"], "starting"), (["db", "web"], "starting")]
    assert hosts() == {HOST: "running"}


@pytest.mark.parametrize("step", ["ConfirmRoute", "RetireOld", "FinishRedeploy"])
def test_nobody_is_led_to_data_that_an_undoing_takes_away(here: World, app: str, step: str) -> None:
    seen: list[str] = []

    def cancel() -> None:
        seen.append(hosts()[HOST])
        here.call("POST", f"/deployments/{app}/cancel")

    here.before[step] = cancel

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert seen == ["starting"]
    assert images(here, app) == BEFORE
    assert (done["status"], hosts()) == ("running", {HOST: "running"})


def test_cancel_before_anything_was_touched_takes_nobody_the_app(here: World, app: str) -> None:
    seen = []
    here.before["SnapshotVolumes"] = lambda: here.call("POST", f"/deployments/{app}/cancel")
    here.before["UndoRedeploy"] = lambda: seen.append(hosts())
    here.before["KeepOld"] = lambda: seen.append(hosts())

    redeployed(here, app, version=version(here, app, STATEFUL))

    assert seen == [{HOST: "running"}] * 2
    assert images(here, app) == BEFORE


def test_redeploy_that_is_lost_after_its_last_write_is_ended_by_the_next_attempt(
    here: World, app: str
) -> None:
    number = version(here, app, STATEFUL)
    begun(here, app, version=number)
    record = wiring.records().get(app)
    assert record is not None
    settled(here, "deployments", app)
    things.put(app, attributes={"next": {"adopted": True}}, set_work=record.work)

    for step in REDEPLOY:
        run_again(app, step)

    done = here.call("GET", f"/deployments/{app}").attributes
    assert (done["status"], done["template_version"], done["work"]) == ("running", number, None)
    assert images(here, app) == {**BEFORE, "db": (NEW_DB, "running")}
    assert here.node.volumes.snapshots == {}
    assert hosts() == {HOST: "running"}


def test_what_is_kept_comes_back_last(here: World, app: str) -> None:
    engine = here.node.engine
    text = STATEFUL.replace("volumes: {data", "  job: {image: 'busybox:1'}\nvolumes: {data")
    engine.behaviour["busybox:1"] = {"status": "exited", "exit_code": 3}

    done = redeployed(here, app, version=version(here, app, text))

    assert "status 3" in done["error_message"]
    assert engine.started == ["db", "job", "db", "web"]
    assert set(data(here, app)) == {OLD_DB}


def test_other_service_that_fails_takes_no_write_of_anybody_with_it(here: World, app: str) -> None:
    engine, seen = here.node.engine, []
    engine.behaviour[NEW_WEB] = {"status": "exited", "exit_code": 3}
    here.before["UndoRedeploy"] = lambda: seen.append((up(here, app), hosts()[HOST]))
    text = STATEFUL.replace("nginx:alpine", NEW_WEB)

    done = redeployed(here, app, version=version(here, app, text))

    assert (done["status"], done["error_code"]) == ("running", "container_exited")
    assert seen == [(["db"], "starting")]
    assert images(here, app) == BEFORE
    assert up(here, app) == ["db", "web"]
    assert hosts() == {HOST: "running"}


def test_new_writer_that_breaks_while_all_others_wait_is_told_at_once(
    here: World, app: str
) -> None:
    engine = here.node.engine
    engine.behaviour[NEW_DB] = {"status": "exited", "exit_code": 4}
    text = STATEFUL.replace("    depends_on: {db: {condition: service_healthy}}\n", "")
    assert "depends_on" not in text

    done = redeployed(here, app, version=version(here, app, text))

    assert done["error_code"] == "container_exited"
    assert "status 4" in done["error_message"]
    assert engine.started.count("web") == 1


def test_new_writer_answers_to_its_name_only_once_it_is_healthy(here: World, app: str) -> None:
    engine, seen = here.node.engine, []

    def look() -> None:
        db = engine.running[app, "db"]
        seen.append((db.health, db.id in engine.unnamed, engine.started.count("web")))

    def heal() -> None:
        look()
        engine.running[app, "db"] = replace(engine.running[app, "db"], health="healthy")
        here.before["StartServices"] = look

    def wait() -> None:
        here.before["StartServices"] = heal

    engine.behaviour[NEW_DB] = {"health": "starting"}
    here.before["StartServices"] = wait
    here.before["PublishRoute"] = look
    text = STATEFUL.replace("nginx:alpine", NEW_WEB)

    done = redeployed(here, app, version=version(here, app, text))

    assert done["error_code"] is None
    assert seen[0] == ("starting", True, 0)
    assert seen[-1] == ("healthy", False, 1)


def test_new_writer_that_is_never_healthy_never_answers_to_its_name(here: World, app: str) -> None:
    engine, named = here.node.engine, []
    engine.behaviour[NEW_DB] = {"health": "unhealthy"}
    here.before["UndoRedeploy"] = lambda: named.append(
        engine.running[app, "db"].id not in engine.unnamed
    )

    redeployed(here, app, version=version(here, app, STATEFUL))

    assert named == [False]
    assert engine.running[app, "db"].id not in engine.unnamed


ROUTED_DATA = TWO_SERVICES.replace(
    '    ports: ["80"]\n', '    ports: ["80"]\n    volumes: ["pages:/pages"]\n'
).replace("{data: {}}", "{data: {}, pages: {}}")


@pytest.mark.parametrize("looks", [{}, {"status": "exited", "exit_code": 3}], ids=["well", "ill"])
def test_people_wait_while_what_they_are_led_to_is_made_in_place(
    here: World, app: str, looks: dict[str, object]
) -> None:
    redeployed(here, app, version=version(here, app, ROUTED_DATA))
    here.node.engine.behaviour[NEW_WEB] = looks
    text, seen = ROUTED_DATA.replace("nginx:alpine", NEW_WEB), []
    here.before["StartServices"] = lambda: seen.append(hosts())

    done = redeployed(here, app, version=version(here, app, text, "1.2.0"))

    assert done["error_code"] == ("container_exited" if looks else None)
    assert seen == [{HOST: "starting"}]
    assert hosts() == {HOST: "running"}


def test_what_is_kept_is_given_time_while_its_database_was_away(here: World, app: str) -> None:
    engine = here.node.engine
    web = engine.running[app, "web"]
    engine.running[app, "web"] = replace(web, health="unhealthy")

    def heal() -> None:
        engine.running[app, "web"] = replace(web, health="healthy")

    here.before["AwaitHealthy"] = lambda: here.before.update(AwaitHealthy=heal)

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", None)
    assert engine.running[app, "web"].id == web.id


def test_copying_that_is_killed_goes_on(here: World, app: str) -> None:
    here.node.volumes.breaks = [f"take:{KILLED}", f"put-back:{KILLED}"]
    here.node.engine.behaviour[NEW_DB] = {"health": "unhealthy"}

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", "unhealthy")
    assert here.node.volumes.breaks == []
    assert data(here, app) == [OLD_DB, OLD_DB]


def test_volume_that_a_failed_version_began_is_empty_again(here: World, app: str) -> None:
    adding = TWO_SERVICES.replace("volumes: {data: {}}", "volumes: {data: {}, more: {}}").replace(
        "  web:\n", '  cache:\n    image: cache:1\n    volumes: ["more:/more"]\n  web:\n'
    )
    here.node.engine.behaviour["cache:1"] = {"status": "exited", "exit_code": 1}

    done = redeployed(here, app, version=version(here, app, adding))

    assert (done["status"], done["error_code"]) == ("running", "container_exited")
    assert here.node.volumes.data[app, "more"] == []
    assert images(here, app) == BEFORE


def half_undone(here: World, app: str) -> None:
    """A redeploy whose data could not be put back."""
    here.node.engine.behaviour[NEW_DB] = {"health": "unhealthy"}
    here.node.volumes.breaks = ["put-back:input/output error"]
    done = redeployed(here, app, version=version(here, app, STATEFUL))
    assert (done["status"], done["error_code"]) == ("failed", "command_failed")
    assert f"kept on the server, in hoster_{app}.before1_data" in done["error_message"]
    assert "input/output error" in done["error_message"]
    assert here.node.volumes.snapshots == {(app, 1): {"data": [OLD_DB]}}
    assert OLD_DB not in {image for image, _ in images(here, app).values()}


def test_app_that_could_not_be_undone_is_billed_until_it_was_taken_away(
    here: World, app: str
) -> None:
    taken_away = []
    stop = here.node.engine.stop

    def stopped_then(deployment: str) -> None:
        stop(deployment)
        taken_away.append(wiring.now())
        here.skew += 600

    here.node.engine.stop = stopped_then  # type: ignore[method-assign]
    here.skew += 600
    begun_at = wiring.now()

    half_undone(here, app)

    record = wiring.records().get(app)
    assert record is not None
    assert begun_at <= record.attributes["stopped_at"] <= taken_away[0]


def test_data_that_could_not_be_put_back_is_kept_and_a_start_puts_it_back(
    here: World, app: str
) -> None:
    before = taken(here, app)
    half_undone(here, app)
    stepped(here)

    assert here.call("POST", f"/deployments/{app}/start").status == 200
    done = settled(here, "deployments", app)

    assert (done["status"], done["error_code"]) == ("running", None)
    assert stepped(here) == [
        "PlaceDeployment",
        "PrepareNode",
        "PullImages",
        "UndoRedeploy",
        "AwaitOld",
        "PublishRoute",
        "ConfirmRoute",
        "FinishRollback",
    ]
    assert data(here, app) == [OLD_DB, OLD_DB]
    assert images(here, app) == BEFORE
    assert taken(here, app) == before
    assert here.node.volumes.snapshots == {}
    assert done["next_version"] is None


def test_app_that_could_not_be_undone_is_removed_without_a_rest(here: World, app: str) -> None:
    half_undone(here, app)
    keeping = here.call("DELETE", f"/deployments/{app}?keep_volumes=true")
    assert (keeping.status, keeping.codes) == (409, ["data_not_put_back"])

    assert here.call("DELETE", f"/deployments/{app}").status == 204

    assert here.node.engine.remains(app) == ()
    left = taken_by_nobody(here)
    assert left == ([], {})


def taken_by_nobody(here: World) -> tuple[list[str], dict[str, float]]:
    counters = {
        item["key"]["S"]: float(item["value"]["N"])
        for item in items("reservations")
        if "value" in item and item["key"]["S"].startswith("plan#user-a")
    }
    ports = [port for port in held("port#") if not port.endswith("#30001")]
    return ports, {name: value for name, value in counters.items() if value}


@pytest.mark.parametrize("step", UNDONE)
def test_undoing_that_dies_for_good_ends_in_failed_and_a_start_goes_on(
    here: World, app: str, step: str
) -> None:
    before = taken(here, app)
    here.node.engine.behaviour[NEW_DB] = {"health": "unhealthy"}
    here.kills = {step: FOR_GOOD}
    done = redeployed(here, app, version=version(here, app, STATEFUL))
    assert (done["status"], done["error_code"]) == ("failed", "unhealthy")
    assert hosts() == {HOST: "failed"}
    here.kills = {}

    assert here.call("POST", f"/deployments/{app}/start").status == 200

    done = settled(here, "deployments", app)
    assert (done["status"], done["error_code"]) == ("running", None)
    assert hosts() == {HOST: "running"}
    assert images(here, app) == BEFORE
    assert set(data(here, app)) == {OLD_DB}
    assert taken(here, app) == before


@pytest.mark.parametrize("step", ["UndoRedeploy", "AwaitOld", "FinishRollback"])
def test_start_that_cannot_undo_is_failed_with_its_reason_and_tried_again(
    here: World, app: str, step: str
) -> None:
    half_undone(here, app)
    here.kills = {step: FOR_GOOD}
    assert here.call("POST", f"/deployments/{app}/start").status == 200

    done = settled(here, "deployments", app)

    assert (done["status"], done["error_code"]) == ("failed", "step_crashed")
    assert hosts() == {HOST: "failed"}
    here.kills = {}
    assert here.call("POST", f"/deployments/{app}/start").status == 200
    assert settled(here, "deployments", app)["status"] == "running"


@pytest.mark.parametrize("step", ["UndoRedeploy", "AwaitOld", "KeepOld"])
def test_functions_of_the_undoing_that_die_are_tried_again(
    here: World, app: str, step: str
) -> None:
    here.node.engine.behaviour[NEW_DB] = {"health": "unhealthy"}
    here.kills = {step: 1}

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", "unhealthy")
    assert data(here, app) == [OLD_DB, OLD_DB]


def test_attempt_that_begins_anew_after_the_undoing_goes_back_and_not_forward(
    here: World, app: str
) -> None:
    here.node.engine.behaviour[NEW_DB] = {"health": "unhealthy"}
    met: list[ProductError] = []

    def begin_anew() -> None:
        for step in REDEPLOY:
            try:
                run_again(app, step)
            except ProductError as error:
                met.append(error)

    here.before["AwaitOld"] = begin_anew

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert met[0].error_code == "unhealthy"
    assert (done["status"], done["error_code"]) == ("running", "unhealthy")
    assert data(here, app) == [OLD_DB, OLD_DB]
    assert images(here, app) == BEFORE


def test_volume_that_an_image_declares_is_kept_like_one_of_the_plan(here: World, app: str) -> None:
    here.node.volumes.declared = {NEW_WEB: ("/cache",)}
    here.node.engine.behaviour[NEW_WEB] = {"status": "exited", "exit_code": 1}
    before = taken(here, app)

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert (done["status"], done["error_code"]) == ("running", "container_exited")
    assert taken(here, app) == before
    here.node.engine.behaviour.clear()
    done = redeployed(here, app, version="1.1.0")
    assert (done["error_code"], done["proxy_port"]) == (None, 30001)
    assert taken(here, app)["ports"] == before["ports"]


def test_who_reads_a_volume_that_is_put_back_gets_the_one_of_before(here: World, app: str) -> None:
    reading = TWO_SERVICES.replace(
        '    ports: ["80"]\n', '    ports: ["80"]\n    volumes: ["data:/data:ro"]\n'
    )
    redeployed(here, app, version=version(here, app, reading))
    reader = here.node.engine.running[app, "web"].id
    here.node.engine.behaviour[NEW_DB] = {"health": "unhealthy"}
    text = reading.replace(OLD_DB, NEW_DB)
    seen: list[str] = []
    here.before["UndoRedeploy"] = lambda: seen.append(here.node.engine.running[app, "web"].id)

    done = redeployed(here, app, version=version(here, app, text, "1.2.0"))

    assert (done["status"], done["error_code"]) == ("running", "unhealthy")
    assert seen == [reader]
    assert here.node.engine.running[app, "web"].id != reader


def test_services_that_write_one_volume_are_replaced_together(here: World, app: str) -> None:
    sharing = TWO_SERVICES.replace(
        '    ports: ["80"]\n', '    ports: ["80"]\n    volumes: ["data:/data"]\n'
    )
    redeployed(here, app, version=version(here, app, sharing))
    web = here.node.engine.running[app, "web"].id

    done = redeployed(
        here, app, version=version(here, app, sharing.replace(OLD_DB, NEW_DB), "2.0.0")
    )

    assert done["error_code"] is None
    assert here.node.engine.running[app, "web"].id != web
    assert names(here, app) == ["db", "web"]


@pytest.mark.parametrize("step", ["PrepareNode", "StartServices", "RetireOld"])
def test_redeploy_that_was_lost_is_undone_by_a_start(here: World, app: str, step: str) -> None:
    before = taken(here, app)
    lost = {"error_code": "work_lost", "error_message": "The work stopped 3 times."}

    def lose() -> None:
        things.put(app, status="failed", clear_work=True, attributes=lost)
        here.node.engine.stop(app)

    here.before[step] = lose
    done = redeployed(here, app, version=version(here, app, STATEFUL))
    assert (done["status"], done["error_code"]) == ("failed", "work_lost")
    here.states_of(app)  # until the execution has met what became of the record

    assert here.call("POST", f"/deployments/{app}/start").status == 200

    done = settled(here, "deployments", app)
    assert (done["status"], done["error_code"]) == ("running", None)
    assert images(here, app) == BEFORE
    assert set(data(here, app)) == {OLD_DB}
    assert taken(here, app) == before


def test_app_half_redeployed_can_be_changed_and_starts_with_the_change(
    here: World, app: str
) -> None:
    half_undone(here, app)

    text = STATELESS.replace('["80"]', '["80", "81"]')
    given = {"version": version(here, app, text, "1.2.0"), "variables": {"GREETING": "welcome"}}
    changed = here.call("POST", f"/deployments/{app}/redeploy", given)
    assert (changed.status, changed.attributes["status"]) == (200, "failed")
    assert here.call("POST", f"/deployments/{app}/start").status == 200

    done = settled(here, "deployments", app)
    assert (done["status"], done["variables"]) == ("running", {"GREETING": "welcome"})
    assert images(here, app) == {**BEFORE, "web": (NEW_WEB, "running")}
    assert data(here, app) == [OLD_DB, OLD_DB]
    assert all(port["host_port"] for port in done["ports"])
