"""Have one's account written into an archive that runs without the platform."""

from __future__ import annotations

from chalicelib.resources.account_exports import ACCOUNT_EXPORTS, CreateAccountExport
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.exports import exporting


@operation(
    "POST /v1/account_exports",
    access="member",
    while_closing=True,
    resource=ACCOUNT_EXPORTS,
    scope="session",
    body=CreateAccountExport,
    success=202,
    rate=Rate(burst=5, per_minute=1),
    needs=(
        reads("resources"),
        writes("resources", "reservations", "journal"),
        starts("export"),
    ),
)
def handler(call: Call) -> Answer:
    """Have one's account written into an archive that runs without the platform.

    It holds every app with its compose file, values and steps to run it elsewhere, the records of
    everything else, invoices, events and the ledger. The secrets of apps are in it in clear.
    """
    record = exporting.ask(wiring, call.given, owner=call.caller.member)
    return call.show(record, 202)
