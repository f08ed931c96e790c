"""The contract of state machines, over the fake that tests use and over Step Functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import boto3
import pytest
from botocore.config import Config

from chalicelib.adapters.workflows.stepfunctions import StepFunctionsWorkflows
from chalicelib.domain.errors import Unavailable
from chalicelib.ports.records import Work
from chalicelib.ports.workflows import Workflows
from tests.contract.emulated import local_aws
from tests.fakes.workflows import FakeWorkflows

ROLE = "arn:aws:iam::000000000000:role/machines"
PREFIX = "arn:aws:states:us-east-1:000000000000:stateMachine:contract-"


class Rig(Protocol):
    """Workflows, and the hands on what is behind them."""

    workflows: Workflows

    def count(self) -> int:
        """How many executions there are."""

    def end(self, work: Work) -> None:
        """Let an execution fail."""

    def cut(self) -> Workflows:
        """The same workflows with nobody answering."""


@dataclass
class FakeRig:
    workflows: FakeWorkflows

    def count(self) -> int:
        return len(self.workflows.executions)

    def end(self, work: Work) -> None:
        self.workflows.executions[work.execution] = "failed"

    def cut(self) -> Workflows:
        return FakeWorkflows(away=True)


@dataclass
class RealRig:
    workflows: StepFunctionsWorkflows

    def count(self) -> int:
        found = self.workflows.client.list_executions(stateMachineArn=f"{PREFIX}deploy")
        return len(found["executions"])

    def end(self, work: Work) -> None:
        arn = PREFIX.replace(":stateMachine:", ":execution:") + f"deploy:{work.execution}"
        self.workflows.client.stop_execution(executionArn=arn)

    def cut(self) -> Workflows:
        once = Config(retries={"total_max_attempts": 1})
        away = boto3.client("stepfunctions", endpoint_url="http://127.0.0.1:1", config=once)
        return StepFunctionsWorkflows(away, PREFIX)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StepFunctionsWorkflows]:
    with local_aws(tmp_path_factory.mktemp("workflows")):
        client = boto3.client("stepfunctions")
        waiting = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}}
        client.create_state_machine(
            name="contract-deploy", definition=json.dumps(waiting), roleArn=ROLE
        )
        yield StepFunctionsWorkflows(client, PREFIX)


@pytest.fixture(params=["fake", "step functions"])
def rig(request: pytest.FixtureRequest) -> Rig:
    if request.param == "fake":
        return FakeRig(FakeWorkflows())
    return RealRig(request.getfixturevalue("real"))


def work(name: str) -> Work:
    return Work("deploy", 1, name, "2026-01-01T00:00:00.000Z")


def test_started_twice_is_one_execution(rig: Rig) -> None:
    before = rig.count()

    for _ in range(2):
        rig.workflows.start("thing", work("twice-e1-g1-a1"))

    assert rig.count() == before + 1
    assert rig.workflows.state(work("twice-e1-g1-a1")) == "running"


def test_execution_that_never_started_is_absent(rig: Rig) -> None:
    assert rig.workflows.state(work("never-e1-g1-a1")) == "absent"


def test_ended_execution_stays_ended_when_it_is_started_again(rig: Rig) -> None:
    rig.workflows.start("thing", work("ended-e1-g1-a1"))
    rig.end(work("ended-e1-g1-a1"))

    rig.workflows.start("thing", work("ended-e1-g1-a1"))

    assert rig.workflows.state(work("ended-e1-g1-a1")) == "failed"


def test_nobody_who_answers_is_unavailable(rig: Rig) -> None:
    with pytest.raises(Unavailable):
        rig.cut().start("thing", work("cut-e1-g1-a1"))
    with pytest.raises(Unavailable):
        rig.cut().state(work("cut-e1-g1-a1"))
    with pytest.raises(Unavailable):
        rig.cut().running("deploy", limit=10)


def test_what_runs_is_listed_and_what_ended_is_not(rig: Rig) -> None:
    for name in ("listed-e1-g1-a1", "over-e1-g1-a1"):
        rig.workflows.start("thing", work(name))
    rig.end(work("over-e1-g1-a1"))

    names = rig.workflows.running("deploy", limit=100)

    assert "listed-e1-g1-a1" in names
    assert "over-e1-g1-a1" not in names
    assert len(rig.workflows.running("deploy", limit=1)) == 1
