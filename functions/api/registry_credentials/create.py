"""Store a login at a registry of images; whether it works shows when it is checked or used."""

from __future__ import annotations

from chalicelib.resources.registry_credentials import (
    REGISTRY_CREDENTIALS,
    CreateRegistryCredential,
)
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.secrets.registry_credentials import store


@operation(
    "POST /v1/registry_credentials",
    access="member",
    resource=REGISTRY_CREDENTIALS,
    body=CreateRegistryCredential,
    success=201,
    layers=("crypto",),
    needs=(writes("resources", "reservations", "journal"), SEALS),
)
def handler(call: Call) -> Answer:
    """Store a login at a registry of images; whether it works shows when it is checked or used."""
    return call.show(store(wiring, call.given, owner=call.caller.member), 201)
