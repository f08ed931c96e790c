"""Ask for a sweep of an account now; its report is there some seconds later."""

from __future__ import annotations

from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, one, reads, sends
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.sweep.sweep_asking import ask_for_sweep
from chalicelib.services.sweep.sweep_reports import ShownSweep, shown


@operation(
    "POST /v1/cloud_credentials/{id}/sweep",
    access="owner",
    while_closing=True,
    resource=CLOUD_CREDENTIALS,
    success=202,
    answers=one("sweeps", ShownSweep),
    rate=Rate(burst=10, per_minute=10),
    needs=(reads("resources", "journal"), sends("sweep")),
)
def handler(call: Call) -> Answer:
    """Ask for a sweep of an account now; its report is there some seconds later."""
    attributes = shown(wiring.reports().of(call.target.id))
    ask_for_sweep(wiring, call.target.id)
    return Answer(202, {"data": {"type": "sweeps", "id": call.target.id, "attributes": attributes}})
