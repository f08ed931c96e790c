"""Exports: everything of an account in one archive, which runs without the platform."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states


class SavedVolume(TypedDict):
    """A volume whose data is in a backup, and fetched as a file of its own."""

    deployment_id: str
    backup_id: str
    volume: str
    file: str
    """Where it belongs, seen from where the archive is unpacked."""
    bytes: int
    sha256: str


class MissingVolume(TypedDict):
    """A volume whose data no backup has."""

    deployment_id: str
    volume: str
    """As Docker calls it on the app's server."""


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
