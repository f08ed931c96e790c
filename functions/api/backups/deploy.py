"""Make a new app with a backup's data, of the same version and values, and start it."""

from __future__ import annotations

from chalicelib.resources.backups import DeployBackup
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import MAKES_APPS, OPENS, Rate, starts
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.values import generate
from chalicelib.services.backups.restoring import deploy_backup
from chalicelib.services.deployments.choosing import notice_of


@operation(
    "POST /v1/backups/{id}/deploy",
    access="member",
    resource=DEPLOYMENTS,
    body=DeployBackup,
    success=201,
    layers=("crypto",),
    rate=Rate(burst=20, per_minute=10),
    needs=(*MAKES_APPS, OPENS, starts("restore")),
)
def handler(call: Call) -> Answer:
    """Make a new app with a backup's data, of the same version and values, and start it."""
    record, refusal = deploy_backup(
        wiring,
        call.request.parameters.get("id", ""),
        call.given,
        owner=call.caller.member,
        limits=call.caller.limits(),
        generate=generate,
    )
    return call.show(record, 201, notice=refusal or notice_of(wiring, record))
