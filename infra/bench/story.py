"""Where the time of one piece of work went: its timeline, and the history of its execution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.clock import seconds_between
from infra.bench.rows import Row, median
from infra.bench.run import Json, Run
from infra.local.platform.layout import INSTALLATION

KINDS = {"TaskStateEntered": "Task", "ChoiceStateEntered": "Choice", "WaitStateEntered": "Wait"}


@dataclass(frozen=True)
class Story:
    """The work on one app or server. Times in seconds."""

    kinds: tuple[str, ...]
    """Task, Choice or Wait of each state that was entered, in order."""
    in_tasks: float
    in_waits: float
    before: float
    """From the request to the first state."""
    after: float
    """From the end of the last step to when it was seen to be done."""
    steps: dict[str, float] = field(default_factory=dict)
    """Each step of the timeline, with the waiting between its tries."""
    tries: dict[str, int] = field(default_factory=dict)


def told(run: Run, timeline: Json, *, machine: str, asked: datetime, seen: datetime) -> Story:
    """Read the story of a timeline's execution of a machine."""
    events = list(_history(run, machine, timeline["execution"]))
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


def _history(run: Run, machine: str, execution: str) -> Iterator[Json]:
    client = run.aws("stepfunctions")
    its_arn = next(
        found["stateMachineArn"]
        for found in client.list_state_machines()["stateMachines"]
        if found["name"] == f"{INSTALLATION}-{machine}"
    )
    arn = f"{its_arn.replace(':stateMachine:', ':execution:')}:{execution}"
    pages = client.get_paginator("get_execution_history").paginate(executionArn=arn)
    for page in pages:
        yield from page["events"]


def rows(bench: str, case: str, stories: list[Story], done: str) -> Iterator[Row]:
    """Where the time went: around the machine, in each step, in its Lambdas and in its waits."""
    count = len(stories)

    def row(metric: str, values: list[float], unit: str = "s") -> Row:
        return Row(bench, case, metric, unit, median(values), count)

    yield row("request to first step", [story.before for story in stories])
    for name in stories[0].steps:
        yield row(f"step {name}", [story.steps[name] for story in stories])
        tries = [float(story.tries.get(name, 0)) for story in stories]
        if max(tries) > 1:
            yield row(f"step {name}: asked", tries, "times")
    yield row(f"last step to seen {done}", [story.after for story in stories])
    calls = [float(story.kinds.count("Task")) for story in stories]
    yield row("all steps: Lambda calls", calls, "times")
    transitions = [float(len(story.kinds) + 1) for story in stories]
    yield row("all steps: state transitions", transitions, "times")
    yield row("all steps: in Lambdas", [story.in_tasks for story in stories])
    yield row("all steps: in Wait states", [story.in_waits for story in stories])
