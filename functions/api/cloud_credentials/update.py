"""Change a credential; another token is sealed, and unchecked until it is asked about."""

from __future__ import annotations

from chalicelib.domain.errors import PreconditionFailed, Stale
from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS, UpdateCredential
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.secrets.credentials import change


@operation(
    "PATCH /v1/cloud_credentials/{id}",
    access="owner",
    while_closing=True,
    resource=CLOUD_CREDENTIALS,
    body=UpdateCredential,
    layers=("crypto",),
    needs=(reads("resources"), writes("resources", "journal"), SEALS),
)
def handler(call: Call) -> Answer:
    """Change a credential; another token is sealed, and unchecked until it is asked about."""
    try:
        record = change(wiring, call.target, call.given, call.sent, version=call.matched)
    except Stale as error:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return call.show(record)
