"""Store a bucket for one's backups; whether it takes them shows when it is checked or used."""

from __future__ import annotations

from chalicelib.resources.backup_targets import BACKUP_TARGETS, CreateBackupTarget
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.backups.backup_targets import store


@operation(
    "POST /v1/backup_targets",
    access="member",
    resource=BACKUP_TARGETS,
    body=CreateBackupTarget,
    success=201,
    layers=("crypto",),
    needs=(writes("resources", "reservations", "journal"), SEALS),
)
def handler(call: Call) -> Answer:
    """Store a bucket for one's backups; whether it takes them shows when it is checked or used."""
    return call.show(store(wiring, call.given, owner=call.caller.member), 201)
