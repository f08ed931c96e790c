"""Add a host name of one's own; it leads nowhere until it is verified."""

from __future__ import annotations

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.domains import DomainAttributes
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.domains import domains
from chalicelib.services.domains.domains import AddDomain


@operation(
    "POST /v1/deployments/{id}/domains",
    access="owner",
    scope="deploy",
    resource=DEPLOYMENTS,
    body=AddDomain,
    success=201,
    answers=one("domains", DomainAttributes),
    layers=("dns",),
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal", "routes"),
    ),
)
def handler(call: Call) -> Answer:
    """Add a host name of one's own; it leads nowhere until it is verified."""
    domain, deployment = domains.add(
        wiring,
        call.target,
        call.given.hostname,
        limits=call.caller.limits(),
        actor=call.caller.member,
    )
    return Answer(201, {"data": domains.document(wiring, domain, deployment)})
