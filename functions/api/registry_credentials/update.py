"""Change a login at a registry; another username or secret is unchecked until it is asked about."""

from __future__ import annotations

from chalicelib.domain.errors import PreconditionFailed, Stale
from chalicelib.resources.registry_credentials import (
    REGISTRY_CREDENTIALS,
    UpdateRegistryCredential,
)
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.secrets.registry_credentials import change


@operation(
    "PATCH /v1/registry_credentials/{id}",
    access="owner",
    resource=REGISTRY_CREDENTIALS,
    body=UpdateRegistryCredential,
    layers=("crypto",),
    needs=(reads("resources"), writes("resources", "journal"), SEALS),
)
def handler(call: Call) -> Answer:
    """Change a login at a registry; another username or secret is unchecked until it is asked."""
    try:
        record = change(wiring, call.target, call.given, call.sent, version=call.matched)
    except Stale as error:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return call.show(record)
