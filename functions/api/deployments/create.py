"""Make a deployment of a template; it starts with its own action."""

from __future__ import annotations

import secrets

from chalicelib.domain.variables import Definition
from chalicelib.resources.deployments import DEPLOYMENTS, CreateDeployment
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.deployments import create_deployment

SECRET_BYTES = 24


def generate(_definition: Definition) -> str:
    """Make a secret of letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(SECRET_BYTES)


@operation(
    "POST /v1/deployments",
    access="member",
    resource=DEPLOYMENTS,
    body=CreateDeployment,
    success=201,
    layers=("crypto",),
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal", "money"),
        SEALS,
    ),
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
    return call.show(record, 201)
