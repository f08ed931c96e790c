"""An app is stopped by the owner of the platform, and whoever runs it reads why."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import Conflict, NotFound
from functions.calls.deployments import stop_app
from tests.functions import things
from tests.functions.calls.asking import OPERATOR, ask, last_told
from tests.functions.checks import Checked

WHY = "Attacks others"


def stop(app: str) -> dict[str, object]:
    return ask(stop_app.handler, deployment=app, reason=WHY)


def test_app_is_stopped_and_its_trail_tells_why(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="running")

    assert stop(app) == {"deployment": app, "account": owner, "status": "stopping"}

    assert here.workflows.started == [(app, "stop")]
    assert last_told(app) == ("stop_ordered", OPERATOR, WHY)
    shown = here.call("GET", f"/deployments/{app}/monitoring/events", user=owner)
    [newest, *_] = shown.attributes["events"]
    assert newest["message"] == f"Stopped by the platform's owner: {WHY}"


def test_app_that_does_not_run_is_left_alone(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    with pytest.raises(Conflict, match="Cannot stop"):
        stop(app)


@pytest.mark.parametrize("kind", ["deployment", "template"])
def test_what_is_no_app_is_not_found(here: Checked, owner: str, kind: str) -> None:
    other = things.published(here, owner) if kind == "template" else "nothing"

    with pytest.raises(NotFound):
        stop(other)
