"""What Step Functions tells of executions, as plain rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

MOST = 50
"""Executions of each machine that are listed."""


@dataclass(frozen=True)
class Execution:
    """One execution; `ended` is None while it runs."""

    arn: str
    machine: str
    name: str
    status: str
    began: datetime
    ended: datetime | None
    given: str = ""
    cause: str = ""

    @classmethod
    def read(cls, told: dict[str, Any]) -> Execution:
        """Read what list or describe says."""
        return cls(
            arn=told["executionArn"],
            machine=told["stateMachineArn"].rsplit(":", 1)[-1],
            name=told["name"],
            status=told["status"],
            began=told["startDate"],
            ended=told.get("stopDate"),
            given=told.get("input") or "",
            cause=" ".join(filter(None, (told.get("error"), told.get("cause")))),
        )


@dataclass(frozen=True)
class Entry:
    """One state entered or failure met, `at` seconds after the execution's beginning."""

    at: float
    kind: str
    text: str


def latest(client: Any, installation: str) -> list[Execution]:
    """The latest executions of every machine, newest first."""
    found = []
    for machine in client.list_state_machines()["stateMachines"]:
        if machine["name"].startswith(f"{installation}-"):
            arn = machine["stateMachineArn"]
            listed = client.list_executions(stateMachineArn=arn, maxResults=MOST)["executions"]
            found += [Execution.read(told) for told in listed]
    return sorted(found, key=lambda execution: execution.began, reverse=True)


def entries(client: Any, arn: str) -> list[Entry]:
    """The story of one execution: states as they were entered, failures as they were met."""
    pages = client.get_paginator("get_execution_history").paginate(executionArn=arn)
    events = [event for page in pages for event in page["events"]]
    found = []
    for event in events:
        at = (event["timestamp"] - events[0]["timestamp"]).total_seconds()
        if event["type"].endswith("StateEntered"):
            kind = event["type"].removesuffix("StateEntered").lower()
            found.append(Entry(at, kind, event["stateEnteredEventDetails"]["name"]))
        elif event["type"].endswith(("Failed", "TimedOut", "Aborted")):
            told = (v for k, v in event.items() if k.endswith("EventDetails"))
            details: dict[str, str] = next(told, {})
            said = " ".join(filter(None, (details.get("error"), details.get("cause"))))
            found.append(Entry(at, "failure", said or event["type"]))
    return found
