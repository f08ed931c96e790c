"""Restart a running deployment in place: its data, port and names stay."""

from __future__ import annotations

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.deployments.choosing import notice_of
from chalicelib.services.deployments.restarting import restart_deployment


@operation(
    "POST /v1/deployments/{id}/restart",
    access="owner",
    scope="deploy",
    resource=DEPLOYMENTS,
    rate=Rate(burst=20, per_minute=60),
    needs=(reads("resources"), writes("resources", "journal"), starts("restart")),
)
def handler(call: Call) -> Answer:
    """Restart a running deployment in place: its data, port and names stay."""
    record = restart_deployment(wiring, call.target, actor=call.caller.member)
    return call.show(record, notice=notice_of(wiring, record))
