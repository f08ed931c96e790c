"""Ask the provider whether a credential works, and write down what it says."""

from __future__ import annotations

from chalicelib.domain.errors import InvalidCredential
from chalicelib.ports.records import Change
from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.credentials import opened


@operation(
    "POST /v1/cloud_credentials/{id}/check",
    access="owner",
    resource=CLOUD_CREDENTIALS,
    layers=("crypto", "clouds"),
    needs=(reads("resources"), writes("resources"), OPENS),
)
def handler(call: Call) -> Answer:
    """Ask the provider whether a credential works, and write down what it says."""
    try:
        opened(wiring, call.target).check()
    except InvalidCredential:
        wiring.records().change(Change(of=call.target, status="invalid"))
        raise
    return call.show(wiring.records().change(Change(of=call.target, status="valid")))
