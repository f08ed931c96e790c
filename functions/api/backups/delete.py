"""Delete a backup with its archives: nothing brings them back."""

from __future__ import annotations

from chalicelib.domain.errors import BadRequest, BucketRefused, Unavailable
from chalicelib.resources.backups import BACKUPS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, REMOVES_ARCHIVES, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.backups.backups import delete_backup, forget_backup
from chalicelib.services.backups.vaults import is_own


@operation(
    "DELETE /v1/backups/{id}",
    access="owner",
    resource=BACKUPS,
    query=("forget",),
    success=204,
    timeout=28,
    layers=("crypto",),
    needs=(
        reads("resources"),
        writes("resources", "reservations", "journal"),
        REMOVES_ARCHIVES,
        OPENS,
    ),
)
def handler(call: Call) -> Answer:
    """Delete a backup with its archives; by `forget` its record alone, from a bucket of one's own.

    So goes a backup whose bucket does not let it be removed, or is gone.
    """
    wanted = call.request.query.get("forget", ("false",))[0]
    if wanted not in {"true", "false"}:
        raise BadRequest("forget is true or false.", parameter="forget")
    backup, actor = call.target, call.caller.member
    if wanted == "true":
        forget_backup(wiring, backup, actor=actor)
        return Answer(204, None)
    try:
        delete_backup(wiring, backup, actor=actor)
    except (BucketRefused, Unavailable) as error:
        if not is_own(backup):
            raise
        then = "Try again once the bucket lets it go, or forget it: add ?forget=true."
        raise type(error)(f"{error.detail} {then}", code=error.error_code) from error
    return Answer(204, None)
