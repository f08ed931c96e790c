"""Ask the provider whether a credential works, and write down what it says."""

from __future__ import annotations

from chalicelib.domain.errors import InvalidCredential
from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, Rate, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.secrets.checks import note_check
from chalicelib.services.secrets.credentials import opened


@operation(
    "POST /v1/cloud_credentials/{id}/check",
    access="owner",
    while_closing=True,
    resource=CLOUD_CREDENTIALS,
    layers=("crypto", "clouds"),
    rate=Rate(burst=20, per_minute=60),
    needs=(reads("resources"), writes("resources", "journal"), OPENS),
)
def handler(call: Call) -> Answer:
    """Ask the provider whether a credential works, and write down what it says."""
    target, actor = call.target, call.caller.member
    try:
        opened(wiring, target).check()
    except InvalidCredential:
        note_check(wiring, target, "invalid", actor=actor)
        raise
    note_check(wiring, target, "valid", actor=actor)
    return call.show(wiring.records().get(target.id) or target)
