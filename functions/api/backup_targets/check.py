"""Do in a bucket what a backup and its restore do, and write down what came of it."""

from __future__ import annotations

from chalicelib.resources.backup_targets import BACKUP_TARGETS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, Rate, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.backups.backup_targets import check


@operation(
    "POST /v1/backup_targets/{id}/check",
    access="owner",
    resource=BACKUP_TARGETS,
    timeout=28,
    layers=("crypto",),
    rate=Rate(burst=10, per_minute=20),
    needs=(reads("resources"), writes("resources", "journal"), OPENS),
)
def handler(call: Call) -> Answer:
    """Do in a bucket what a backup and its restore do, and write down what came of it."""
    return call.show(check(wiring, call.target, actor=call.caller.member))
