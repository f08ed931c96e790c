"""Ask the registry whether a login works, and write down what it says."""

from __future__ import annotations

from chalicelib.domain.errors import InvalidCredential
from chalicelib.resources.registry_credentials import REGISTRY_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, Rate, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.secrets.checks import note_check
from chalicelib.services.secrets.registry_credentials import opened


@operation(
    "POST /v1/registry_credentials/{id}/check",
    access="owner",
    resource=REGISTRY_CREDENTIALS,
    timeout=28,
    layers=("crypto",),
    rate=Rate(burst=10, per_minute=20),
    needs=(reads("resources"), writes("resources", "journal"), OPENS),
)
def handler(call: Call) -> Answer:
    """Ask the registry whether a login works, and write down what it says."""
    target, actor = call.target, call.caller.member
    try:
        wiring.registries().check(opened(wiring, target))
    except InvalidCredential:
        note_check(wiring, target, "invalid", actor=actor)
        raise
    note_check(wiring, target, "valid", actor=actor)
    return call.show(wiring.records().get(target.id) or target)
