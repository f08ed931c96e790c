"""Bring a deployment to another version of its template, or to other values of its variables."""

from __future__ import annotations

from chalicelib.resources.deployments import DEPLOYMENTS, RedeployDeployment
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, Rate, fetches, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.values import generate
from chalicelib.services.deployments.choosing import notice_of
from chalicelib.services.redeploys.redeploying import redeploy_deployment


@operation(
    "POST /v1/deployments/{id}/redeploy",
    access="owner",
    scope="deploy",
    resource=DEPLOYMENTS,
    body=RedeployDeployment,
    layers=("crypto",),
    rate=Rate(burst=20, per_minute=60),
    needs=(
        reads("resources", "reservations"),
        fetches("contents"),
        writes("resources", "reservations", "journal"),
        SEALS,
        starts("redeploy"),
    ),
)
def handler(call: Call) -> Answer:
    """Bring a deployment to another version of its template, or to other values of its variables.

    A running one goes on running; what fails or is cancelled is undone. One at rest is changed.
    """
    record = redeploy_deployment(
        wiring,
        call.target,
        call.given,
        actor=call.caller.member,
        limits=call.caller.limits(),
        generate=generate,
    )
    return call.show(record, notice=notice_of(wiring, record))
