"""Make a deployment of a template; it starts with its own action."""

from __future__ import annotations

from chalicelib.resources.deployments import DEPLOYMENTS, CreateDeployment
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import MAKES_APPS, Rate
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.values import generate
from chalicelib.services.deployments.choosing import notice_of
from chalicelib.services.deployments.deployments import create_deployment


@operation(
    "POST /v1/deployments",
    access="member",
    scope="deploy",
    resource=DEPLOYMENTS,
    body=CreateDeployment,
    success=201,
    layers=("crypto",),
    rate=Rate(burst=120, per_minute=60),
    needs=MAKES_APPS,
)
def handler(call: Call) -> Answer:
    """Make a deployment of a template; it starts with its own action."""
    record = create_deployment(
        wiring,
        call.given,
        owner=call.caller.member,
        limits=call.caller.limits(),
        generate=generate,
    )
    return call.show(record, 201, notice=notice_of(wiring, record))
