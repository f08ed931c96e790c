"""Backups: the data of an app at a moment, as encrypted archives in a bucket."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states
from chalicelib.resources.names import Name


class Archive(BaseModel):
    """The archive of a volume, or of what a service dumped, as the bucket has it."""

    kind: Literal["volume", "dump"] = "volume"
    volume: str | None
    """Null for a dump."""
    service: str | None = None
    """What was dumped; null for a volume."""
    volumes: list[str] = []
    """The volumes for which a dump stands."""
    bytes: int
    """How much it is in the bucket, packed and encrypted."""
    sha256: str
    """Of the archive in the bucket, in hexadecimal digits."""
    plain_bytes: int
    """How much it is as a tar, or as it was dumped."""
    seconds: int
    """How long it took to send."""
    files: int | None = None
    """How many files, folders and links it holds; null for a dump."""


class Drill(BaseModel):
    """The last try of a backup: whether an app gets healthy with its data. `at` is its beginning.

    `files` and `bytes` are what was unpacked and was as much as was saved.
    """

    status: Literal["running", "passed", "failed"]
    at: str
    deployment_id: str
    """The app that is made for it, and goes again."""
    healthy_seconds: float | None = None
    """How long it took until the app was healthy, from the beginning on."""
    files: int | None = None
    bytes: int | None = None
    reason: str | None = None
    """Why it failed."""


class BackupAttributes(BaseModel):
    """What an owner sees of a backup. Times are RFC 3339 UTC."""

    deployment_id: str
    deployment_name: str
    template_id: str
    template_version: str
    target_id: str | None = None
    """The backup target in whose bucket it lies; null for Hoster's own."""
    trigger: Literal["hand", "schedule"]
    """What asked for it."""
    archives: list[Archive]
    """Empty until it is complete."""
    bytes: int | None = None
    """How much all its archives are in the bucket."""
    away_seconds: float | None = None
    """How long the app was stopped for it; null where it did not run, or was not stopped."""
    error_code: str | None = None
    error_message: str | None = None
    drill: Drill | None = None
    """How its last drill went; null before the first."""
    started_at: str
    finished_at: str | None = None


class RestoreBackup(BaseModel):
    """What a client sends to have an app's data replaced by that of a backup."""

    model_config = ConfigDict(extra="forbid")

    backup_id: str


class DeployBackup(BaseModel):
    """What a client sends to have a new app made with the data of a backup."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    node_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    """Where it is to live; without it Hoster chooses."""
    allow_public_nodes: bool = False


class DrillBackup(BaseModel):
    """What a client may send to have a backup tried: where."""

    model_config = ConfigDict(extra="forbid")

    node_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    """The server; without it Hoster chooses."""
    allow_public_nodes: bool | None = None
    """Whether servers of others may take it; without it as they might the app that was saved."""


BACKUPS = Resource(
    name="backups",
    singular="backup",
    prefix="bkp_",
    owner_field="customer_id",
    attributes=BackupAttributes,
    create=None,
    update=None,
    verbs=frozenset({"list", "get"}),
    works=False,
    filters=frozenset({"status", "deployment_id"}),
    references={
        "deployment_id": "deployments",
        "template_id": "templates",
        "target_id": "backup_targets",
    },
    parent_field="deployment_id",
    hangs_on="{id}#backups",
    states=states(
        "pending",
        final="deleted",
        pending="running failed",
        running="complete failed",
        complete="deleted",
        failed="deleted",
    ),
)
