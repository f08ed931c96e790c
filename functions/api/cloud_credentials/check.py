"""Ask the provider whether a credential works, and write down what it says."""

from __future__ import annotations

from chalicelib.domain.errors import InvalidCredential
from chalicelib.ports.records import Change
from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, Rate, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.credentials import opened


@operation(
    "POST /v1/cloud_credentials/{id}/check",
    access="owner",
    resource=CLOUD_CREDENTIALS,
    layers=("crypto", "clouds"),
    rate=Rate(burst=20, per_minute=60),
    needs=(reads("resources"), writes("resources", "journal"), OPENS),
)
def handler(call: Call) -> Answer:
    """Ask the provider whether a credential works, and write down what it says."""
    try:
        opened(wiring, call.target).check()
    except InvalidCredential:
        _note(call, "invalid")
        raise
    _note(call, "valid")
    return call.show(wiring.records().get(call.target.id) or call.target)


def _note(call: Call, outcome: str) -> None:
    """Write down what the provider says of the credential, and who asked."""
    wiring.records().commit(
        Change(of=call.target, status=outcome),
        wiring.told(call.target, "checked", call.caller.member, outcome=outcome),
    )
