"""Where the time of one deployment went: its timeline, and the history of its execution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.clock import seconds_between
from infra.bench.run import Json, Run
from infra.local.platform.layout import INSTALLATION

KINDS = {"TaskStateEntered": "Task", "ChoiceStateEntered": "Choice", "WaitStateEntered": "Wait"}


@dataclass(frozen=True)
class Story:
    """One deployment's work. Times in seconds."""

    kinds: tuple[str, ...]
    """Task, Choice or Wait of each state that was entered, in order."""
    in_tasks: float
    in_waits: float
    before: float
    """From the request to the first state."""
    after: float
    """From the end of the last step to when it was seen running."""
    steps: dict[str, float] = field(default_factory=dict)
    """Each step of the timeline, with the waiting between its tries."""
    tries: dict[str, int] = field(default_factory=dict)


def told(run: Run, timeline: Json, *, asked: datetime, seen: datetime) -> Story:
    """Read the story of a timeline's execution."""
    events = list(_history(run, timeline["execution"]))
    spent: dict[str, float] = defaultdict(float)
    tries: dict[str, int] = defaultdict(int)
    for kind, name, seconds in visits(events):
        spent[kind] += seconds
        tries[name] += kind == "Task"
    first = next(event["timestamp"] for event in events if event["type"] in KINDS)
    ended = max(datetime.fromisoformat(step["ended_at"]) for step in timeline["steps"])
    return Story(
        kinds=tuple(kind for kind, _, _ in visits(events)),
        in_tasks=spent["Task"],
        in_waits=spent["Wait"],
        before=(first - asked).total_seconds(),
        after=(seen - ended).total_seconds(),
        steps={
            step["name"]: seconds_between(step["started_at"], step["ended_at"])
            for step in timeline["steps"]
        },
        tries={name: count for name, count in tries.items() if count},
    )


def visits(events: Iterable[Json]) -> Iterator[tuple[str, str, float]]:
    """Give kind, name and seconds of every Task, Choice and Wait state that was entered."""
    kind, entered = "", None
    for event in events:
        if event["type"] in KINDS:
            kind, entered = KINDS[event["type"]], event["timestamp"]
        elif event["type"].endswith("StateExited") and entered is not None:
            name = event["stateExitedEventDetails"]["name"]
            yield kind, name, (event["timestamp"] - entered).total_seconds()
            entered = None


def _history(run: Run, execution: str) -> Iterator[Json]:
    client = run.aws("stepfunctions")
    machine = next(
        found["stateMachineArn"]
        for found in client.list_state_machines()["stateMachines"]
        if found["name"] == f"{INSTALLATION}-deploy"
    )
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{execution}"
    pages = client.get_paginator("get_execution_history").paginate(executionArn=arn)
    for page in pages:
        yield from page["events"]
