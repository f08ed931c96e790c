"""The simulation's interpreter of state machines does what moto's does, on the same machines."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any

import boto3
import pytest

from infra.faults.simulated import interpreter
from infra.faults.simulated.interpreter import Execution, NotUnderstood, TaskFailed
from infra.packaging import template
from infra.packaging.registry import Function
from tests.world import World, ended

MACHINES = [path.name.removesuffix(".asl.json") for path in template.machine_files()]
ERRORS = (
    "HostUnreachable",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "NoCapacity",
    "Cancelled",
    "Throttled",
    "StepBroken",
    "Stale",
)


class Script:
    """What every step answers, by its state and how often it was asked: by chance, repeatably."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.asked: Counter[str] = Counter()
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def answer(self, state: str, given: dict[str, Any]) -> dict[str, Any]:
        self.asked[state] += 1
        self.calls.append((state, given))
        chance = Random(f"{self.seed} {state} {self.asked[state]}")
        # The first time through all goes well, so that each machine is walked to its end.
        if self.seed and chance.random() < 0.3:
            raise TaskFailed(chance.choices(ERRORS, [6, 4, 2, 1, 1, 3, 1, 1])[0], "said so")
        ready, left = chance.random() < 0.6, chance.random() < 0.6
        tries = self.asked[state]
        return {"ready": ready, "left": left, "wait": 0, "tries": tries, "since": "x"}


@pytest.mark.parametrize("machine", MACHINES)
def test_machine_runs_as_in_moto(here: World, machine: str) -> None:
    client = boto3.client("stepfunctions")
    given = {"id": "it", "generation": 3, "kind": machine}
    for seed in range(3):
        there, ours = Script(seed), Script(seed)

        def invoke(function: Function, text: str, there: Script = there) -> tuple[str, bool]:
            try:
                return json.dumps(there.answer(function.state, json.loads(text))), False
            except TaskFailed as failure:
                said = {"errorType": failure.error, "errorMessage": failure.cause}
                return json.dumps(said), True

        here.invoke = invoke  # type: ignore[method-assign]
        arn = client.start_execution(
            stateMachineArn=f"arn:aws:states:us-east-1:123456789012:stateMachine:test-{machine}",
            name=f"it-{seed}",
            input=json.dumps(given),
        )["executionArn"]
        ended(client, arn)
        shown = client.describe_execution(executionArn=arn)
        history = client.get_execution_history(executionArn=arn)["events"]

        run = Execution("it", machine, dict(given))
        while run.status == "running":
            run.advance(0.0, ours.answer, Random(0))

        assert ours.calls == there.calls
        assert run.entered == [
            event["stateEnteredEventDetails"]["name"]
            for event in history
            if "stateEnteredEventDetails" in event
        ]
        assert run.status.upper() == shown["status"]
        assert run.error == shown.get("error", "")
        if run.status == "succeeded":
            without_cause(run.data)
            assert run.data == without_cause(json.loads(shown["output"]))


def without_cause(data: dict[str, Any]) -> dict[str, Any]:
    """What an execution ended with; moto wraps an error's cause in words of its own."""
    for place in ("error", "undo"):
        data.get(place, {}).pop("Cause", None)
    return data


def test_retries_wait_longer_each_time_and_no_longer_than_they_may() -> None:
    run, waits = Execution("it", "check", {"id": "it", "generation": 1, "kind": "check"}), []

    def fails(_state: str, _given: dict[str, Any]) -> Any:
        raise TaskFailed("HostUnreachable")

    most = next(
        one
        for one in run.document["States"][run.state]["Retry"]
        if "HostUnreachable" in one["ErrorEquals"]
    )
    first, now = run.state, 0.0
    while run.state == first:
        run.advance(now, fails, Latest())
        waits.append(run.due - now)
        now = run.due

    expected = [
        min(most["IntervalSeconds"] * most["BackoffRate"] ** n, most["MaxDelaySeconds"])
        for n in range(most["MaxAttempts"])
    ]
    assert waits == [*expected, 0.0]


class Latest(Random):
    """Chance that always lets wait as long as may be."""

    def uniform(self, _low: float, high: float) -> float:
        return high


def test_what_is_not_understood_is_refused(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 3, "Next": "A"}}}
    (tmp_path / "odd.asl.json").write_text(json.dumps(machine))
    monkeypatch.setattr(interpreter, "MACHINES", tmp_path)

    with pytest.raises(NotUnderstood, match=r"odd.A: Wait \['Seconds'\]"):
        interpreter.machine("odd")
