"""Make a backup of an app: its volumes as encrypted archives, proven to be in the bucket."""

from __future__ import annotations

from chalicelib.domain.errors import NotFound
from chalicelib.engine.visibility import can_see
from chalicelib.resources.backups import BACKUPS
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.backups.backing_up import back_up


@operation(
    "POST /v1/deployments/{id}/backups",
    access="member",
    resource=BACKUPS,
    success=202,
    rate=Rate(burst=20, per_minute=10),
    needs=(
        reads("resources"),
        writes("resources", "reservations", "journal"),
        starts("backup"),
    ),
)
def handler(call: Call) -> Answer:
    """Make a backup of an app: its volumes as encrypted archives, proven to be in the bucket.

    An app that runs is stopped while its volumes are sent, but for those that its dumps stand for.
    """
    app_id, owner = call.request.parameters.get("id", ""), call.caller.member
    deployment = wiring.records().get(app_id)
    if deployment is None or not can_see(DEPLOYMENTS, deployment, owner):
        raise NotFound(f"There is no deployment {app_id} of yours.")
    return call.show(back_up(wiring, deployment, actor=owner), 202)
