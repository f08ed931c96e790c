"""Redeploys of services with data that go wrong: the data comes back, or stays where it can."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import ProductError
from chalicelib.runtime import wiring
from tests.factories import TWO_SERVICES, settled
from tests.functions import things
from tests.statemachines.deploys import held, hosts, items
from tests.statemachines.redeploys import (
    BEFORE,
    HOST,
    NEW_DB,
    NEW_WEB,
    OLD_DB,
    REDEPLOY,
    STATEFUL,
    STATELESS,
    STOPPED,
    UNDONE,
    data,
    images,
    names,
    never_two_on_one_volume,
    redeployed,
    run_again,
    taken,
    version,
)
from tests.statemachines.test_failures import FOR_GOOD, stepped, until
from tests.statemachines.test_restart import app
from tests.world import World

__all__ = ["app", "never_two_on_one_volume"]


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
