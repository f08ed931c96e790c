"""Make an API token; this answer is the only one that shows it.

It is a key of the gateway's: sent as `Authorization: Bearer …` or as `X-API-Key`, it lets a program
do what its scope allows, on the plan and at the rate of the account.
"""

from __future__ import annotations

from chalicelib.resources.api_tokens import API_TOKENS, CreateToken
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, knows, reads, writes
from chalicelib.runtime.http import Answer, with_attributes
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.accounts import api_tokens


@operation(
    "POST /v1/api_tokens",
    access="member",
    scope="session",
    resource=API_TOKENS,
    body=CreateToken,
    success=201,
    shows_secret=True,
    rate=Rate(burst=10, per_minute=10),
    timeout=28,
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal"),
        knows("metering"),
    ),
)
def handler(call: Call) -> Answer:
    """Make an API token; this answer is the only one that shows it."""
    record, text = api_tokens.make(wiring, call.given, owner=call.caller.member)
    return with_attributes(call.show(record, 201), token=text)
