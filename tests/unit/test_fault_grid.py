"""The grid of faults: its cells come from machines and declarations, and each can be reached."""

from __future__ import annotations

import json

import pytest

from infra.faults.cells import Cell, Outcome, applicable, every_cell, machines, why_not
from infra.faults.paths import Turn, turns_to


def test_the_grid_has_enough_cells() -> None:
    assert len(applicable()) >= 300


def test_every_cell_that_is_not_there_has_its_reason() -> None:
    missing = set(every_cell()) - set(applicable())

    assert missing
    assert all(why_not(cell).endswith(".") for cell in missing)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (Cell("deploy", "PublishRoute", "node_unreachable"), "It reaches no server."),
        (Cell("provision", "AwaitSSH", "docker_killed"), "There is no Docker yet."),
        (Cell("provision", "AwaitSSH", "list_lag"), "It lists nothing at a provider."),
        (Cell("provision", "CreateServer", "list_lag"), ""),
        (Cell("deploy", "ConfirmRoute", "node_unreachable"), ""),
        (Cell("deploy", "ConfirmRoute", "disk_full"), "It writes nothing on a server."),
    ],
)
def test_a_cell_is_there_by_what_its_step_touches(cell: Cell, reason: str) -> None:
    assert why_not(cell) == reason


def test_an_outcome_is_one_line_as_the_contract_has_it() -> None:
    outcome = Outcome(Cell("stop", "StopServices", "killed"), "local", True, "stopped", seconds=2.5)

    assert json.loads(outcome.line()) == {
        "machine": "stop",
        "step": "StopServices",
        "fault": "killed",
        "mode": "local",
        "ok": True,
        "state": "stopped",
        "reason": "",
        "orphans": 0,
        "double_creates": 0,
        "stuck": 0,
        "leaked": 0,
        "seconds": 2.5,
    }


def test_something_leads_to_every_step() -> None:
    ways = {(m, step): turns_to(m, step) for m, steps in machines().items() for step in steps}

    assert ways["deploy", "AwaitHealthy"] == ()
    assert ways["deploy", "UndoDeploy"] == (Turn("PublishRoute", "error"),)
    assert ways["restart", "KeepRunning"] == (Turn("PublishRoute", "cancel"),)
    assert [turn.failing for turn in ways["check", "FailWork"]] == ["error", "error"]
