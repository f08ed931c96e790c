"""Delete a bucket for one's backups, once nothing uses it; what lies there is not touched."""

from __future__ import annotations

from chalicelib.domain.errors import PreconditionFailed, Stale
from chalicelib.resources.backup_targets import BACKUP_TARGETS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.backups.backup_targets import remove


@operation(
    "DELETE /v1/backup_targets/{id}",
    access="owner",
    resource=BACKUP_TARGETS,
    success=204,
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal"),
    ),
)
def handler(call: Call) -> Answer:
    """Delete a bucket for one's backups, once nothing uses it; what lies there is not touched."""
    try:
        remove(wiring, call.target, actor=call.caller.member)
    except Stale as error:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return Answer(204)
