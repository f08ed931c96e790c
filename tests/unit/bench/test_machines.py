"""The machine that does nothing, and the history of one that did something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from infra.bench.emulator import definition
from infra.bench.story import visits

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def event(kind: str, seconds: float, name: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind, "timestamp": BEGAN + timedelta(seconds=seconds)}
    if kind.endswith("Exited"):
        found["stateExitedEventDetails"] = {"name": name}
    return found


def test_machine_has_as_many_states_of_each_kind_and_enters_all_of_them() -> None:
    kinds = ["Task", "Choice", "Wait", "Task"]

    machine = definition("arn:noop", kinds)

    name, met = machine["StartAt"], []
    while machine["States"][name]["Type"] != "Succeed":
        state = machine["States"][name]
        met.append(state["Type"])
        name = state.get("Next") or state["Default"]
    assert met == kinds
    assert len(machine["States"]) == len(kinds) + 1


def test_visits_tell_how_long_each_state_took() -> None:
    history = [
        event("ExecutionStarted", 0),
        event("TaskStateEntered", 0.2),
        event("TaskScheduled", 0.2),
        event("TaskSucceeded", 0.7),
        event("TaskStateExited", 0.7, "PullImages"),
        event("ChoiceStateEntered", 0.7),
        event("ChoiceStateExited", 0.7, "AreImagesPresent"),
        event("WaitStateEntered", 0.7),
        event("WaitStateExited", 1.7, "WaitForImages"),
        event("SucceedStateEntered", 1.7),
        event("SucceedStateExited", 1.7, "Done"),
        event("ExecutionSucceeded", 1.7),
    ]

    assert list(visits(history)) == [
        ("Task", "PullImages", 0.5),
        ("Choice", "AreImagesPresent", 0.0),
        ("Wait", "WaitForImages", 1.0),
    ]
