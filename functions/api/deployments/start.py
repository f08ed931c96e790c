"""Start a deployment on its node, or on the best of the owner's nodes."""

from __future__ import annotations

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.deployments.choosing import notice_of
from chalicelib.services.deployments.starting import start_deployment


@operation(
    "POST /v1/deployments/{id}/start",
    access="owner",
    scope="deploy",
    resource=DEPLOYMENTS,
    rate=Rate(burst=20, per_minute=60),
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal"),
        starts("deploy", "restore", "rollback"),
    ),
)
def handler(call: Call) -> Answer:
    """Start a deployment on its node, or on the best of the owner's nodes."""
    record = start_deployment(
        wiring, call.target, actor=call.caller.member, limits=call.caller.limits()
    )
    return call.show(record, notice=notice_of(wiring, record))
