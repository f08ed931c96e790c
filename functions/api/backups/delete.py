"""Delete a backup with its archives: nothing brings them back."""

from __future__ import annotations

from chalicelib.resources.backups import BACKUPS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import REMOVES_ARCHIVES, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.backups.backups import delete_backup


@operation(
    "DELETE /v1/backups/{id}",
    access="owner",
    resource=BACKUPS,
    success=204,
    needs=(
        reads("resources"),
        writes("resources", "reservations", "journal"),
        REMOVES_ARCHIVES,
    ),
)
def handler(call: Call) -> Answer:
    """Delete a backup with its archives: nothing brings them back."""
    delete_backup(wiring, call.target, actor=call.caller.member)
    return Answer(204, None)
