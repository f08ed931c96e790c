"""Count what AWS would bill of one app's life in the local cloud, and of each schedule's run.

A server is provisioned, an app of two services deployed, opened, left alone for a while, deleted,
and the server destroyed. What is counted is written to `infra/cost/measured.json`.
"""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.bench.run import Run
from infra.local.journey.life import Life
from infra.local.journey.samples import WORDPRESS
from infra.local.platform import layout
from infra.packaging.registry import schedules

MEASURED = Path(__file__).parent / "measured.json"
REST_SECONDS = 150.0
"""How long the app is left alone: longer than two rounds of what runs each minute."""
EVENT = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}, "time": ""}
ROUNDS = 2
"""Of each schedule; the first has a cold start and is not counted."""
Json = dict[str, Any]


def measure(run: Run) -> Json:
    """Live the life and count it, phase by phase."""
    life = Life(run.platform, run.progress, WORDPRESS["name"])
    phases: Json = {}
    with run.progress.stage("schedules", "Run each schedule"):
        for number in range(ROUNDS):
            with counted(run, phases, "schedules"):
                _run_schedules(run, number)
    life._sign_up()
    life._bring_key_and_credential()
    with counted(run, phases, "provision"):
        life._provision()
    with counted(run, phases, "deploy"):
        life._deploy()
        life._open()
    with run.progress.stage("rest", "Leave it alone"), counted(run, phases, "rest"):
        time.sleep(REST_SECONDS)
    with counted(run, phases, "remove"):
        life._delete()
        life._destroy()
    return {"measured_on": datetime.now(UTC).date().isoformat(), "phases": phases}


@contextmanager
def counted(run: Run, phases: Json, name: str) -> Iterator[None]:
    """Count what functions and machines do meanwhile."""
    shutil.rmtree(layout.COUNTS, ignore_errors=True)
    layout.COUNTS.mkdir(parents=True)
    began = datetime.now(UTC)
    try:
        yield
        lines = [
            json.loads(line)
            for path in layout.COUNTS.glob("*.jsonl")
            for line in path.read_text().splitlines()
        ]
    finally:
        shutil.rmtree(layout.COUNTS, ignore_errors=True)
    phases[name] = {
        "seconds": round((datetime.now(UTC) - began).total_seconds(), 1),
        "functions": summed(lines),
        "transitions": _transitions(run, began),
    }


def summed(lines: list[Json]) -> Json:
    """What each function did in all: calls of it, GB-seconds, and calls that it made."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        one = found[line["function"]]
        one["invocations"] += 1
        one["gb_seconds"] += line["seconds"] * line["memory"] / 1024
        one.update(line["calls"])
    return {
        name: {key: round(value, 4) for key, value in sorted(one.items())}
        for name, one in sorted(found.items())
    }


def _run_schedules(run: Run, number: int) -> None:
    client = run.aws("lambda")
    deployed = {
        one["FunctionName"]: one["Handler"]
        for page in client.get_paginator("list_functions").paginate()
        for one in page["Functions"]
    }
    wanted = {function.handler for function, _ in schedules()}
    event = {**EVENT, "id": f"cost-{number}", "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    for name, handler in sorted(deployed.items()):
        if handler in wanted:
            client.invoke(FunctionName=name, Payload=json.dumps(event))


def _transitions(run: Run, since: datetime) -> dict[str, int]:
    """State transitions of the executions that began since, by machine."""
    client = run.aws("stepfunctions")
    found: Counter[str] = Counter()
    for machine in client.list_state_machines()["stateMachines"]:
        listed = client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
        for execution in listed:
            if execution["startDate"] >= since:
                arn = execution["executionArn"]
                name = machine["name"].rpartition("-")[2]
                pages = client.get_paginator("get_execution_history").paginate(executionArn=arn)
                found[name] += sum(
                    event["type"].endswith(("StateEntered", "TaskRetryScheduled"))
                    for page in pages
                    for event in page["events"]
                )
    return dict(sorted(found.items()))
