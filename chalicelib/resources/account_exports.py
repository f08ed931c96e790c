"""Exports: everything of an account in one archive, which runs without the platform."""

from __future__ import annotations

from typing import Literal, NotRequired

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states


class SavedVolume(TypedDict):
    """An archive of a backup, fetched as a file of its own: of a volume, or what was dumped."""

    deployment_id: str
    backup_id: str
    kind: NotRequired[Literal["volume", "dump"]]
    volume: str | None
    """Null for a dump."""
    service: NotRequired[str | None]
    """What was dumped; null for a volume."""
    file: str
    """Where it belongs, seen from where the archive is unpacked."""
    bytes: int
    sha256: str


class MissingVolume(TypedDict):
    """A volume whose data no backup has."""

    deployment_id: str
    volume: str
    """As Docker calls it on the app's server."""


class NotBackedUp(TypedDict):
    """An app of which an export has no fresh backup, although one was asked for."""

    deployment_id: str
    name: str
    reason: str
    """Why, in a sentence for people."""


class AccountExportAttributes(BaseModel):
    """What one sees of an export of one's own account. Times are RFC 3339 UTC."""

    files: int | None = None
    """How many files are written so far."""
    bytes: int | None = None
    """How large the archive is; null until it is whole."""
    volumes: list[SavedVolume] | None = None
    """Volumes whose data is fetched beside the archive, each with a link. At most 100."""
    missing_volumes: list[MissingVolume] | None = None
    """Volumes whose data stays on the servers; the archive says how to copy them. At most 200."""
    fresh_backups: bool = False
    """Whether each app is backed up for it first."""
    apps_to_back_up: int | None = None
    """How many apps hold data; null until they are counted, and where none is backed up for it."""
    apps_backed_up: int | None = None
    """Of how many of them there is a fresh backup by now."""
    not_backed_up: list[NotBackedUp] | None = None
    """The other ones, once that is known: their latest older backup is taken. At most 200."""
    error_code: str | None = None
    error_message: str | None = None
    started_at: str
    finished_at: str | None = None
    kept_until: str | None = None
    """When the archive is forgotten; null until it is whole."""


class CreateAccountExport(BaseModel):
    """What is sent to have an account exported."""

    model_config = ConfigDict(extra="forbid")

    include_secrets: bool
    """The secrets of apps are written in clear, since nothing runs without them: say true."""
    fresh_backups: bool = False
    """Back up each app first whose data can be saved: one that runs is stopped meanwhile."""


ACCOUNT_EXPORTS = Resource(
    name="account_exports",
    singular="export",
    prefix="exp_",
    owner_field="user_id",
    attributes=AccountExportAttributes,
    create=CreateAccountExport,
    update=None,
    verbs=frozenset({"list", "get"}),
    filters=frozenset({"status"}),
    states=states(
        "pending",
        final="deleted",
        pending="ready failed",
        ready="deleted",
        failed="deleted",
    ),
)
