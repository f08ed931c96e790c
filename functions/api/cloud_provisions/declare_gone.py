"""Declare that a server does not exist any more: it ends without its provider being asked."""

from __future__ import annotations

from chalicelib.resources.cloud_provisions import CLOUD_PROVISIONS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.accounts.declarations import TypedName, refuse_other_name
from chalicelib.services.provisions.destroying import begin_destroy


@operation(
    "POST /v1/cloud_provisions/{id}/declare_gone",
    access="owner",
    while_closing=True,
    resource=CLOUD_PROVISIONS,
    body=TypedName,
    layers=("crypto",),
    rate=Rate(burst=20, per_minute=60),
    needs=(reads("resources", "reservations"), writes("resources", "journal"), starts("destroy")),
)
def handler(call: Call) -> Answer:
    """Declare that a server does not exist any more: it ends without its provider being asked."""
    refuse_other_name(call.target.attributes["instance_name"], call.given.name, what="server")
    begun = begin_destroy(
        wiring, call.target, actor=call.caller.member, with_apps=True, declared_gone=True
    )
    return call.show(begun)
