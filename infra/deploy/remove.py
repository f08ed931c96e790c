"""Takes an installation down: never while it has servers, and never its data.

Tables, their backups, the buckets with contents and the key stay, and are noted, so that a later
deployment of the same name takes them over. What only answers requests goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import yaml

from infra.deploy import kept
from infra.deploy.artefact import CodeBucket
from infra.deploy.stack import Stack, StackFailed
from infra.deploy.stage import Stage
from infra.local.platform.progress import Progress

GENERATED = ("gateway", "idempotency")
"""Secrets that a deployment makes anew: nothing that is kept was written with them."""
PROVISIONS, GONE = "cloud_provisions", "destroyed"
TABLE = "AWS::DynamoDB::Table"


class NotRemoved(Exception):
    """The installation stands as it was, or partly; the text says how."""


@dataclass
class Remover:
    """Takes down one stage. `session` is boto3's, in the stage's region."""

    stage: Stage
    session: Any
    progress: Progress

    def __post_init__(self) -> None:
        self.stack = Stack(self.session.client("cloudformation"), self.stage.installation)
        self.bucket = CodeBucket(self.session.client("s3"), self.stage.code_bucket)

    def remove(self) -> list[str]:
        """Take it down, and return what is left. Raises `NotRemoved`."""
        if not self.stack.stands:
            raise NotRemoved(f"{self.stage.installation} is not deployed in {self.stage.region}.")
        with self.progress.stage("servers", "Look for servers") as stage:
            servers = list(self._servers())
            stage.detail = f"{len(servers)}"
            if servers:
                raise NotRemoved(
                    "There are servers, which would cost money unseen. Destroy them first: "
                    + ", ".join(servers)
                )
        held = self.stack.resources()
        with self.progress.stage("backups", "Back up the tables") as stage:
            tables = [name for kind, name in held.values() if kind == TABLE]
            backups = [self._backup(table) for table in tables]
            stage.detail = f"{len(backups)} backups"
        note = self._note(held)
        with self.progress.stage("stack", "Take the stacks away"):
            try:
                self.stack.delete()
            except StackFailed as error:
                raise NotRemoved(str(error)) from error
        with self.progress.stage("secrets", "Remove secrets that are made anew"):
            self._forget_secrets()
        return [*backups, *(f"{one['kind']} {one['id']}" for one in note.values())]

    def _servers(self) -> Iterator[str]:
        """Servers that Hoster made and has not destroyed: their ids, names and states."""
        table = self.session.resource("dynamodb").Table(f"{self.stage.installation}-resources")
        asked: dict[str, Any] = {
            "FilterExpression": "#type = :provision and #status <> :gone",
            "ExpressionAttributeNames": {"#type": "type", "#status": "status"},
            "ExpressionAttributeValues": {":provision": PROVISIONS, ":gone": GONE},
            "ConsistentRead": True,
        }
        while True:
            page = table.scan(**asked)
            for one in page["Items"]:
                yield f"{one['id']} ({one['data'].get('instance_name', '')}, {one['status']})"
            if "LastEvaluatedKey" not in page:
                return
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _backup(self, table: str) -> str:
        """Have a backup of a table that outlives it; return its ARN."""
        now = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
        made = self.session.client("dynamodb").create_backup(
            TableName=table, BackupName=f"{table}-{now}"
        )
        return str(made["BackupDetails"]["BackupArn"])

    def _note(self, held: dict[str, tuple[str, str]]) -> dict[str, Any]:
        """Note what stays, for the next deployment."""
        body = self.stack.client.get_template(StackName=self.stack.name)["TemplateBody"]
        template = yaml.load(body, Loader=yaml.CSafeLoader) if isinstance(body, str) else dict(body)
        note = kept.noted(template, held)
        self.bucket.keep(kept.NOTE, note)
        return note

    def _forget_secrets(self) -> None:
        client = self.session.client("secretsmanager")
        for name in GENERATED:
            client.delete_secret(
                SecretId=f"{self.stage.installation}/{name}", ForceDeleteWithoutRecovery=True
            )
