"""Have a server made at a provider."""

from __future__ import annotations

from chalicelib.resources.cloud_provisions import CLOUD_PROVISIONS, CreateProvision
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.provisions.provision_orders import order


@operation(
    "POST /v1/cloud_provisions",
    access="member",
    resource=CLOUD_PROVISIONS,
    body=CreateProvision,
    success=201,
    rate=Rate(burst=120, per_minute=60),
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal"),
        starts("provision"),
    ),
)
def handler(call: Call) -> Answer:
    """Have a server made at a provider."""
    record = order(wiring, call.given, owner=call.caller.member, limits=call.caller.limits())
    return call.show(record, 201)
