"""A CloudFormation stack: what would change, the change made, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.deploy.stage import Rollback

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
NOTHING = ("didn't contain changes", "No updates are to be performed")
"""How CloudFormation says that a change set would change nothing."""
HOLDING_DATA = frozenset(
    {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SecretsManager::Secret"}
)
DEADLINE_SECONDS = 3600.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
BEGINS_WITHIN_SECONDS = 60.0
"""How long a stack may look as before after a change was asked for."""


class StackFailed(Exception):
    """A stack did not come to stand; the text has the first reasons."""


@dataclass(frozen=True)
class Change:
    """One resource's change."""

    action: str
    """`Add`, `Modify`, `Remove`, `Import` or `Dynamic`."""
    name: str
    kind: str
    replacement: str = ""

    @property
    def endangers_data(self) -> bool:
        """Whether what holds data would be removed, or be another one afterwards."""
        is_lost = self.action == "Remove" or self.replacement == "True"
        return self.kind in HOLDING_DATA and is_lost

    def told(self) -> str:
        """The change as one line."""
        replaced = {"True": ", replaced", "Conditional": ", perhaps replaced"}
        return f"{self.action:<7} {self.name} ({self.kind}{replaced.get(self.replacement, '')})"


@dataclass(frozen=True)
class ChangeSet:
    """What would change."""

    id: str
    kind: str
    changes: tuple[Change, ...]


@dataclass
class Stack:
    """One stack by its name."""

    client: Any
    name: str
    deadline_seconds: float = DEADLINE_SECONDS
    tell: Callable[[str], None] = field(default=lambda _: None)

    def describe(self) -> dict[str, Any] | None:
        """What CloudFormation says of it; None when there is none."""
        try:
            found: dict[str, Any] = self.client.describe_stacks(StackName=self.name)["Stacks"][0]
        except self.client.exceptions.ClientError as error:
            if "does not exist" not in str(error):
                raise
            return None
        return found

    @property
    def stands(self) -> bool:
        """Whether there is one that can be updated."""
        found = self.describe()
        return found is not None and found["StackStatus"] != "REVIEW_IN_PROGRESS"

    def outputs(self) -> dict[str, str]:
        """Its outputs."""
        found = self.describe() or {}
        return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}

    def resources(self) -> dict[str, tuple[str, str]]:
        """Type and physical id of what it holds itself, by logical id."""
        pages = self.client.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {
            one["LogicalResourceId"]: (one["ResourceType"], one.get("PhysicalResourceId", ""))
            for page in pages
            for one in page["StackResourceSummaries"]
        }

    def propose(
        self,
        url: str,
        parameters: Mapping[str, str],
        *,
        rollback: Rollback | None = None,
        adopted: Sequence[Mapping[str, Any]] = (),
    ) -> ChangeSet | None:
        """Ask what a template would change; None when it is nothing.

        `adopted` are resources that are there and that a new stack is to take over.
        """
        if (self.describe() or {}).get("StackStatus") == "ROLLBACK_COMPLETE":
            self.delete()  # what is left of a first deployment that failed takes no update
        kind = "IMPORT" if adopted else "UPDATE" if self.stands else "CREATE"
        more: dict[str, Any] = {"ResourcesToImport": list(adopted)} if adopted else {}
        if kind == "UPDATE" and rollback is not None:
            more["RollbackConfiguration"] = self._rollback(rollback)
        made = self.client.create_change_set(
            StackName=self.name,
            ChangeSetName=f"deploy-{time.time_ns()}",
            ChangeSetType=kind,
            TemplateURL=url,
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
            Capabilities=CAPABILITIES,
            **({} if adopted else {"IncludeNestedStacks": True}),
            **more,
        )
        found = self._written(made["Id"])
        if found is None:
            return None
        return ChangeSet(made["Id"], kind, tuple(self._changes(found)))

    def _rollback(self, wanted: Rollback) -> dict[str, Any]:
        """The alarms that stand, by their ARNs."""
        held = self.resources()
        names = [held[one][1] for one in wanted.alarms if one in held]
        found = (self.describe() or {}).get("StackId", "").split(":")
        arn = ":".join(("arn", found[1], "cloudwatch", found[3], found[4], "alarm")) + ":"
        triggers = [{"Arn": arn + name, "Type": "AWS::CloudWatch::Alarm"} for name in names]
        return {
            "RollbackTriggers": triggers,
            "MonitoringTimeInMinutes": wanted.minutes if triggers else 0,
        }

    def _written(self, change_set: str) -> dict[str, Any] | None:
        """A change set when it is written. Raises `StackFailed` when it cannot be."""
        for _ in self._pauses():
            found: dict[str, Any] = self.client.describe_change_set(ChangeSetName=change_set)
            if found["Status"] == "CREATE_COMPLETE":
                return found
            if found["Status"] == "FAILED":
                reason = found.get("StatusReason", "")
                self.client.delete_change_set(ChangeSetName=change_set)
                if any(words in reason for words in NOTHING):
                    return None
                raise StackFailed(f"{self.name}: {reason}")
        raise StackFailed(f"{self.name}: what would change was not told in time")

    def _changes(self, found: dict[str, Any]) -> Iterator[Change]:
        """The changes of a change set and of those of its nested stacks."""
        while True:
            for one in found["Changes"]:
                told = one["ResourceChange"]
                yield Change(
                    told["Action"],
                    told["LogicalResourceId"],
                    told["ResourceType"],
                    told.get("Replacement", ""),
                )
                if nested := told.get("ChangeSetId"):
                    yield from self._changes(self.client.describe_change_set(ChangeSetName=nested))
            if not (token := found.get("NextToken")):
                return
            found = self.client.describe_change_set(
                ChangeSetName=found["ChangeSetId"], NextToken=token
            )

    def discard(self, change_set: ChangeSet) -> None:
        """Forget a change set, and the empty stack that it was for."""
        self.client.delete_change_set(ChangeSetName=change_set.id)
        if change_set.kind == "CREATE" and not self.stands:
            self.client.delete_stack(StackName=self.name)

    def execute(self, change_set: ChangeSet) -> dict[str, str]:
        """Make the change and wait; return the outputs. Raises `StackFailed`."""
        before = self._looks()
        self.client.execute_change_set(ChangeSetName=change_set.id)
        status = self._settled(before)
        wanted = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}
        if status not in wanted:
            raise StackFailed(f"{self.name} ended {status}: {'; '.join(self.reasons())}")
        return self.outputs()

    def delete(self) -> None:
        """Take the stack away; what it is to retain stays. Raises `StackFailed`."""
        found = self.describe()
        if found is None:
            return
        self.client.delete_stack(StackName=self.name)
        for _ in self._pauses():
            told = self.client.describe_stacks(StackName=found["StackId"])["Stacks"][0]
            if told["StackStatus"] == "DELETE_COMPLETE":
                return
            if told["StackStatus"] == "DELETE_FAILED":
                raise StackFailed(f"{self.name} cannot be taken away: {'; '.join(self.reasons())}")
        raise StackFailed(f"{self.name} was not gone in time")

    def reasons(self) -> list[str]:
        """Why it failed, as far as it says; what was merely cancelled with it is left out."""
        events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        told = [
            f"{one['LogicalResourceId']}: {one['ResourceStatusReason']}"
            for one in events
            if "FAILED" in one["ResourceStatus"] and one.get("ResourceStatusReason")
        ]
        causes = [one for one in told if "cancelled" not in one]
        return list(dict.fromkeys(reversed(causes)))[:5]

    def _looks(self) -> tuple[str, str]:
        """Its status, and when it was changed last."""
        found = self.describe() or {"StackStatus": "DELETE_COMPLETE"}
        return str(found["StackStatus"]), str(found.get("LastUpdatedTime", ""))

    def _settled(self, before: tuple[str, str]) -> str:
        """The status at which nothing goes on any more, once something has begun."""
        last, begun = "", time.monotonic()
        for _ in self._pauses():
            looks = self._looks()
            if looks == before and time.monotonic() - begun < BEGINS_WITHIN_SECONDS:
                continue
            status = looks[0]
            if status != last:
                self.tell(f"{self.name}: {status}")
                last = status
            if status.endswith(("COMPLETE", "FAILED")) and "CLEANUP" not in status:
                return status
        raise StackFailed(f"{self.name} did not settle in {self.deadline_seconds:.0f} s")

    def _pauses(self) -> Iterator[None]:
        """Ask again and again, ever less often, until the deadline."""
        end, pause = time.monotonic() + self.deadline_seconds, FIRST_PAUSE
        while time.monotonic() < end:
            yield
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
