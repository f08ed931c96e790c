"""How a fault waits for a record: files for its functions, and all of them gone afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.faults.cells import Cell
from infra.faults.local import plays
from infra.faults.local.plays import BROKEN, Play
from tests.local.serving import until

RECORD = "dep-1"
UNDO = "functions.steps.deploy.undo_deploy"
ROUTE = "functions.steps.shared.publish_route"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(plays, "FAULTS", tmp_path)
    return tmp_path


def told(folder: Path, module: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / f"{module}@{RECORD}.json").read_text())
    return found


def test_a_step_that_undoes_is_come_to_by_one_that_fails(folder: Path) -> None:
    play = Play(Cell("deploy", "UndoDeploy", "error_after_effect"), "")

    with play.on(RECORD):
        turn, fault = told(folder, ROUTE), told(folder, UNDO)

    assert (turn["fault"], turn["error"]) == ("raise", BROKEN)
    assert (fault["fault"], fault["error"]) == ("raise_after", BROKEN)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("is_entered", [True, False])
def test_a_fault_happened_when_its_step_was_entered(folder: Path, is_entered: bool) -> None:
    play = Play(Cell("deploy", "PublishRoute", "throttle"), "")

    with play.on(RECORD):
        taken_before = play.is_taken(RECORD)
        if is_entered:
            (folder / f"{ROUTE}@{RECORD}.json").rename(folder / f"{ROUTE}@{RECORD}.played")
        taken_after = play.is_taken(RECORD)

    assert (taken_before, taken_after, play.happened) == (False, is_entered, is_entered)


def test_a_step_is_held_while_its_work_is_cancelled(folder: Path) -> None:
    cancelled: list[str] = []
    play = Play(Cell("restart", "KeepRunning", "killed"), "", cancel=cancelled.append)
    held = folder / f"{ROUTE}@{RECORD}.held"

    with play.on(RECORD):
        fault = told(folder, ROUTE)["fault"]
        held.touch()
        until(lambda: not held.exists())

    assert fault == "hold"
    assert cancelled == [RECORD]


def test_what_goes_wrong_while_a_step_is_held_is_noted_and_releases_it(folder: Path) -> None:
    def refuse(_record: str) -> None:
        raise RuntimeError("too late")

    play = Play(Cell("restart", "KeepRunning", "killed"), "", cancel=refuse)
    held = folder / f"{ROUTE}@{RECORD}.held"

    with play.on(RECORD):
        held.touch()
        until(lambda: not held.exists())

    assert play.notes == ["RuntimeError: too late"]
