"""Replace an app's data by that of a backup, and put it back when the app does not get healthy."""

from __future__ import annotations

from chalicelib.resources.backups import RestoreBackup
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.backups.restoring import restore_in_place


@operation(
    "POST /v1/deployments/{id}/restore",
    access="owner",
    resource=DEPLOYMENTS,
    body=RestoreBackup,
    rate=Rate(burst=20, per_minute=10),
    needs=(reads("resources"), writes("resources", "journal"), starts("restore")),
)
def handler(call: Call) -> Answer:
    """Replace an app's data by that of a backup, and put it back when the app does not get healthy.

    The app is stopped once the archives are fetched and their hashes right, and started again.
    """
    record = restore_in_place(wiring, call.target, call.given.backup_id, actor=call.caller.member)
    return call.show(record)
