"""Every step that dies for good: the states that follow, and a way on from there."""

from __future__ import annotations

import pytest

from tests.factories import deployment, gone, ordered_server, settled
from tests.statemachines import deploys, test_provision
from tests.world import World

FOR_GOOD = 99
HOST = "my-app.apps.test"
PROVISION = test_provision.WHOLE[:-1]
DEPLOY = deploys.WHOLE[:-1]
DESTROY = ["RetireNode", "RemoveApps", "DestroyServer", "BuryApps", "FinishDestroy"]
STOP = ["WithdrawRoute", "StopServices", "FinishStop"]
REMOVE = ["WithdrawRoute", "RemoveServices", "FinishRemove"]
FAILED = ["FailWork", "Failed"]


def until(states: list[str], last: str) -> list[str]:
    return states[: states.index(last) + 1]


def stepped(here: World) -> list[str]:
    """The steps that ran since the last look, each once, in order."""
    seen, here.invoked = here.invoked, []
    return list(dict.fromkeys(seen))


@pytest.mark.parametrize("step", PROVISION)
def test_provision_keeps_its_server_until_it_is_deleted(here: World, step: str) -> None:
    here.kills = {step: FOR_GOOD}
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert done["status"] == "failed"
    assert done["error_message"]
    assert here.states_of(provision) == [*until(PROVISION, step), *FAILED]
    assert len(here.cloud.servers) == (step not in until(PROVISION, "CreateServer"))
    here.kills = {}
    assert here.call("DELETE", f"/cloud_provisions/{provision}").status == 204
    assert here.cloud.servers == {}


@pytest.mark.parametrize("step", DEPLOY)
def test_deploy_is_undone_and_can_be_started_again(here: World, step: str) -> None:
    app = deployment(here)
    here.kills = {step: FOR_GOOD}

    done = deploys.start(here, app)

    assert done["status"] == "failed"
    assert done["error_message"]
    assert here.states_of(app) == [*until(DEPLOY, step), "UndoDeploy", *FAILED]
    assert here.node.engine.containers(app) == ()
    assert deploys.hosts() == {}
    here.kills = {}
    assert deploys.start(here, app)["status"] == "running"


def test_deploy_that_cannot_be_undone_leads_nobody_to_what_it_left(here: World) -> None:
    app = deployment(here)
    here.kills = {"FinishDeploy": FOR_GOOD, "UndoDeploy": FOR_GOOD}

    assert deploys.start(here, app)["status"] == "failed"

    assert deploys.hosts() == {}


@pytest.mark.parametrize("step", STOP)
def test_stop_that_dies_keeps_the_app_and_can_be_deleted(here: World, step: str) -> None:
    app = deployment(here)
    deploys.start(here, app)
    stepped(here)
    here.kills = {step: FOR_GOOD}

    here.call("POST", f"/deployments/{app}/stop")

    assert settled(here, "deployments", app)["status"] == "failed"
    assert stepped(here) == [*until(STOP, step), "FailWork"]
    assert deploys.hosts() == {HOST: "failed"}
    here.kills = {}
    assert here.call("DELETE", f"/deployments/{app}").status == 204
    assert here.node.engine.remains(app) == ()


@pytest.mark.parametrize("step", REMOVE)
def test_remove_that_dies_keeps_the_record_and_can_be_tried_again(here: World, step: str) -> None:
    app = deployment(here)
    deploys.start(here, app)
    stepped(here)
    here.kills = {step: FOR_GOOD}

    refused = here.call("DELETE", f"/deployments/{app}")

    assert (refused.status, refused.codes) == (409, ["delete_failed"])
    assert stepped(here) == [*until(REMOVE, step), "FailWork"]
    assert deploys.hosts() == {}
    here.kills = {}
    assert here.call("DELETE", f"/deployments/{app}").status == 204
    assert gone(here, "deployments", app)
    assert here.node.engine.remains(app) == ()


@pytest.mark.parametrize("step", DESTROY)
def test_destroy_that_dies_keeps_the_record_and_can_be_tried_again(here: World, step: str) -> None:
    provision = ordered_server(here)
    settled(here, "cloud_provisions", provision)
    stepped(here)
    here.kills = {step: FOR_GOOD}

    refused = here.call("DELETE", f"/cloud_provisions/{provision}")

    assert (refused.status, refused.codes) == (409, ["destroy_failed"])
    assert stepped(here) == [*until(DESTROY, step), "FailWork"]
    assert here.call("GET", f"/cloud_provisions/{provision}").attributes["status"] == "failed"
    here.kills = {}
    assert here.call("DELETE", f"/cloud_provisions/{provision}").status == 204
    assert here.cloud.servers == {}
