"""Show what the last sweep of an account found and did."""

from __future__ import annotations

from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.sweep.sweep_reports import ShownSweep, shown


@operation(
    "GET /v1/cloud_credentials/{id}/sweep",
    access="owner",
    resource=CLOUD_CREDENTIALS,
    answers=one("sweeps", ShownSweep),
    needs=(reads("resources", "journal"),),
)
def handler(call: Call) -> Answer:
    """Show what the last sweep of an account found and did."""
    attributes = shown(wiring.reports().of(call.target.id))
    return Answer(200, {"data": {"type": "sweeps", "id": call.target.id, "attributes": attributes}})
