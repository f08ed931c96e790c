"""Try a failed provision again: what failed was the making, or the destroying."""

from __future__ import annotations

from chalicelib.resources.cloud_provisions import CLOUD_PROVISIONS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.provisions.provision_orders import retry


@operation(
    "POST /v1/cloud_provisions/{id}/retry",
    access="owner",
    resource=CLOUD_PROVISIONS,
    rate=Rate(burst=20, per_minute=60),
    needs=(
        reads("resources", "reservations"),
        writes("resources", "journal"),
        starts("provision", "destroy"),
    ),
)
def handler(call: Call) -> Answer:
    """Try a failed provision again: what failed was the making, or the destroying."""
    return call.show(retry(wiring, call.target, actor=call.caller.member))
