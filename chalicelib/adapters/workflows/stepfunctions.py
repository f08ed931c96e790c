"""Step Functions: `chalicelib.ports.workflows.Workflows` made real."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

    from chalicelib.ports.records import Work
    from chalicelib.ports.workflows import ExecutionState


MOST_LISTED = 1000
"""What AWS lists in one call."""


class StepFunctionsWorkflows:
    """One state machine per kind of work, named `<installation>-<kind>`."""

    def __init__(self, client: SFNClient, machines: str) -> None:
        """Use the machines whose ARNs are `machines` followed by the kind of work."""
        self.client = client
        self.machines = machines

    def start(self, entity: str, work: Work) -> None:
        """Start the execution; its input is a pure function of its name."""
        given = {"id": entity, "generation": work.generation, "kind": work.kind}
        try:
            self.client.start_execution(
                stateMachineArn=self.machines + work.kind,
                name=work.execution,
                input=json.dumps(given, sort_keys=True),
            )
        except self.client.exceptions.ExecutionAlreadyExists:
            return
        except (ClientError, BotoCoreError) as error:
            detail = "The work is recorded and will be started shortly."
            raise Unavailable(detail) from error

    def state(self, work: Work) -> ExecutionState:
        """Read the execution's state."""
        arn = (
            self.machines.replace(":stateMachine:", ":execution:") + f"{work.kind}:{work.execution}"
        )
        try:
            status = self.client.describe_execution(executionArn=arn)["status"]
        except self.client.exceptions.ExecutionDoesNotExist:
            return "absent"
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("The state machines do not answer; try again.") from error
        if status in {"RUNNING", "PENDING_REDRIVE"}:
            return "running"
        return "succeeded" if status == "SUCCEEDED" else "failed"

    def running(self, kind: str, *, limit: int) -> tuple[str, ...]:
        """List executions, a page of AWS's after the other."""
        names: list[str] = []
        more: dict[str, str] = {}
        try:
            while len(names) < limit:
                answer = self.client.list_executions(
                    stateMachineArn=self.machines + kind,
                    statusFilter="RUNNING",
                    maxResults=min(limit - len(names), MOST_LISTED),
                    **more,  # type: ignore[arg-type]  # only a token
                )
                names += [execution["name"] for execution in answer["executions"]]
                if not answer.get("nextToken"):
                    break
                more = {"nextToken": answer["nextToken"]}
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("The state machines do not answer; try again.") from error
        return tuple(names)
