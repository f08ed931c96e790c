"""Backup targets: buckets of people's own, in which the archives of their backups lie."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from chalicelib.domain import buckets
from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states
from chalicelib.resources.names import Name

Endpoint = Annotated[
    str, StringConstraints(max_length=300, strip_whitespace=True), AfterValidator(buckets.endpoint)
]
Region = Annotated[
    str, StringConstraints(max_length=64, strip_whitespace=True), AfterValidator(buckets.region)
]
Bucket = Annotated[
    str, StringConstraints(max_length=63, strip_whitespace=True), AfterValidator(buckets.bucket)
]
Folder = Annotated[
    str, StringConstraints(max_length=200, strip_whitespace=True), AfterValidator(buckets.folder)
]
KeyId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=256, strip_whitespace=True),
    AfterValidator(buckets.key),
]
Secret = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1024, strip_whitespace=True),
    AfterValidator(buckets.key),
]


class BackupTargetAttributes(BaseModel):
    """What an owner sees of a backup target."""

    name: str
    endpoint: str | None = None
    """Where it speaks S3; null for AWS S3 of the region."""
    region: str
    bucket: str
    prefix: str
    """The folder in which everything lies; empty for the bucket itself."""
    access_key_id: str
    last_checked_at: datetime | None = None
    error_code: str | None = None
    """Why it is `invalid`, for programs."""
    error_message: str | None = None
    """Why it is `invalid`, and what to do."""


class CreateBackupTarget(BaseModel):
    """What a client sends to have backups lie in a bucket of its own."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    endpoint: Endpoint | None = None
    """`https://` with a host, and a port at most; without it AWS S3 of the region."""
    region: Region = buckets.USUAL_REGION
    bucket: Bucket
    prefix: Folder = ""
    """A folder in the bucket, for this target alone."""
    access_key_id: KeyId
    secret_access_key: Secret
    """Of a key that may put, get and delete objects there, and no more."""


class UpdateBackupTarget(BaseModel):
    """What an owner may change of a backup target.

    `endpoint`, `bucket` and `prefix` can be changed as long as nothing uses it.
    """

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    endpoint: Endpoint | None = None
    region: Region = buckets.USUAL_REGION
    bucket: Bucket = ""
    prefix: Folder = ""
    access_key_id: KeyId = ""
    secret_access_key: Secret = ""


BACKUP_TARGETS = Resource(
    name="backup_targets",
    singular="backup target",
    prefix="bkt_",
    owner_field="user_id",
    attributes=BackupTargetAttributes,
    create=CreateBackupTarget,
    update=UpdateBackupTarget,
    verbs=frozenset({"list", "get"}),
    works=False,
    secrets=frozenset({"secret_access_key"}),
    states=states(
        "unchecked",
        final="deleted",
        unchecked="valid invalid deleted",
        valid="unchecked invalid deleted",
        invalid="unchecked valid deleted",
    ),
)
