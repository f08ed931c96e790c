"""Answer with a link to each archive of a backup, and with what opens them."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from chalicelib.resources.backups import BACKUPS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import (
    FETCHES_ARCHIVES,
    OPENS,
    Rate,
    Repeats,
    one,
    reads,
    writes,
)
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.backups.backups import offered

REPEATED_SECONDS = 300


class ArchiveLink(TypedDict):
    """One archive. Whoever has its link may fetch it until `expires_at`."""

    kind: Literal["volume", "dump"]
    volume: str | None
    service: str | None
    """What was dumped; null for a volume."""
    volumes: list[str]
    """The volumes for which a dump stands."""
    file: str
    url: str
    expires_at: str
    bytes: int
    sha256: str
    opened_by: str
    """The command that opens it, with the passphrase in `passphrase.txt` beside it."""


class BackupDownload(TypedDict):
    """A backup's archives and their passphrase."""

    archives: list[ArchiveLink]
    passphrase: str | None
    """What opens all of them; null in a repeated answer."""


@operation(
    "POST /v1/backups/{id}/download",
    access="owner",
    while_closing=True,
    resource=BACKUPS,
    layers=("crypto",),
    answers=one("backup-downloads", BackupDownload),
    rate=Rate(burst=10, per_minute=5),
    repeats=Repeats(seconds=REPEATED_SECONDS, without=("passphrase",)),
    needs=(reads("resources"), writes("journal"), FETCHES_ARCHIVES, OPENS),
)
def handler(call: Call) -> Answer:
    """Answer with a link to each archive of a backup, and with what opens them."""
    found = offered(wiring, call.target, actor=call.caller.member)
    data = {"type": "backup-downloads", "id": call.target.id, "attributes": found}
    return Answer(200, {"data": data})
