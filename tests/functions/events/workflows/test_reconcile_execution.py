"""Executions that end without their work's end being written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.runtime import wiring
from functions.events.workflows import reconcile_execution
from tests.functions import things
from tests.functions.checks import Checked


def ended(name: str, entity: str) -> dict[str, Any]:
    given = json.dumps({"id": entity, "generation": 1, "kind": "deploy"})
    return {"detail": {"name": name, "status": "TIMED_OUT", "input": given}}


def test_work_of_a_dead_execution_is_tried_again_at_once(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)
    here.workflows.executions[f"{app}-e1-g1-a1"] = "failed"

    outcome = reconcile_execution.handler(ended(f"{app}-e1-g1-a1", app), None)

    assert outcome == {"outcome": "tried_again"}
    assert here.workflows.executions[f"{app}-e1-g1-a2"] == "running"
    record = wiring.records().get(app)
    assert record is not None
    assert record.work is not None
    assert record.work.attempt == 2


@pytest.mark.parametrize("name", ["", "other-e1-g1-a1"])
def test_execution_of_nothing_in_hand_is_left_alone(here: Checked, owner: str, name: str) -> None:
    app = things.deployment(here, owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)

    for event in (ended(name, app), ended(name, "nothing"), ended(name, ""), {}):
        assert reconcile_execution.handler(event, None) == {"outcome": "nothing_to_do"}
    assert here.workflows.started == [(app, "deploy")]
