"""Deploys that are cancelled, at each step and while they wait, or overtaken."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.factories import deployment
from tests.statemachines.deploys import WHOLE, hosts, start
from tests.world import World


@pytest.mark.parametrize("step", WHOLE[:-1])
def test_cancelled_deploy_is_undone(here: World, step: str) -> None:
    app = deployment(here)
    here.before[step] = lambda: here.call("POST", f"/deployments/{app}/cancel")

    done = start(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "cancelled")
    assert here.node.engine.containers(app) == ()
    assert hosts() == {}


def waits_for_a_pull(_here: World) -> None:
    """Every image that is not there is asked for twice at least."""


def waits_for_a_dependency(here: World) -> None:
    here.node.engine.behaviour["db"] = {"health": "starting"}


def waits_for_health(here: World) -> None:
    here.node.engine.behaviour["web"] = {"health": "starting"}


def waits_for_an_answer(here: World) -> None:
    here.answering = False


@pytest.mark.parametrize(
    ("step", "waits"),
    [
        ("PullImages", waits_for_a_pull),
        ("StartServices", waits_for_a_dependency),
        ("AwaitHealthy", waits_for_health),
        ("ConfirmRoute", waits_for_an_answer),
    ],
)
def test_deploy_that_is_cancelled_while_it_waits_is_undone_and_starts_again(
    here: World, step: str, waits: Callable[[World], None]
) -> None:
    app = deployment(here)
    waits(here)

    def cancel() -> None:
        assert here.call("POST", f"/deployments/{app}/cancel").status == 200

    here.before[step] = lambda: here.before.update({step: cancel})

    done = start(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "cancelled")
    assert here.invoked.count(step) == 2
    assert here.node.engine.containers(app) == ()
    assert hosts() == {}
    here.node.engine.behaviour.clear()
    here.answering = True
    assert start(here, app)["status"] == "running"


def test_second_start_during_the_first_is_told_of_the_work(here: World) -> None:
    app = deployment(here)
    seen = []
    here.before["PullImages"] = lambda: seen.append(here.call("POST", f"/deployments/{app}/start"))

    start(here, app)

    assert (seen[0].status, seen[0].codes) == (409, ["work_in_progress"])


def test_late_step_of_an_older_generation_writes_nothing(here: World) -> None:
    app = deployment(here)
    start(here, app)
    from functions.steps.deploy.finish_deploy import handler

    with pytest.raises(Exception, match="changed meanwhile"):
        handler({"id": app, "generation": 1, "kind": "deploy"}, None)
