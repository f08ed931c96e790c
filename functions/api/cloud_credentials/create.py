"""Store an account at a provider; whether the token works shows when it is used."""

from __future__ import annotations

from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS, CreateCredential
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.secrets.credentials import store


@operation(
    "POST /v1/cloud_credentials",
    access="member",
    resource=CLOUD_CREDENTIALS,
    body=CreateCredential,
    success=201,
    layers=("crypto",),
    needs=(writes("resources", "reservations", "journal"), SEALS),
)
def handler(call: Call) -> Answer:
    """Store an account at a provider; whether the token works shows when it is used."""
    return call.show(store(wiring, call.given, owner=call.caller.member), 201)
