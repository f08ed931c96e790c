"""Change a bucket for one's backups; with another place or key it is unchecked until asked."""

from __future__ import annotations

from chalicelib.domain.errors import PreconditionFailed, Stale
from chalicelib.resources.backup_targets import BACKUP_TARGETS, UpdateBackupTarget
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.backups.backup_targets import change


@operation(
    "PATCH /v1/backup_targets/{id}",
    access="owner",
    resource=BACKUP_TARGETS,
    body=UpdateBackupTarget,
    layers=("crypto",),
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal"),
        SEALS,
    ),
)
def handler(call: Call) -> Answer:
    """Change a bucket for one's backups; with another place or key it is unchecked until asked."""
    try:
        record = change(wiring, call.target, call.given, call.sent, version=call.matched)
    except Stale as error:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return call.show(record)
