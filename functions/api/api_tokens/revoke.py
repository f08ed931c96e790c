"""Revoke an API token: it opens nothing within a few seconds, and never again.

When the gateway cannot be reached the token stays, as `revoking`: it opens nothing by then, and
revoking it again takes its key from the gateway too.
"""

from __future__ import annotations

from chalicelib.resources.api_tokens import API_TOKENS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import knows, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.accounts import api_tokens


@operation(
    "DELETE /v1/api_tokens/{id}",
    access="owner",
    scope="session",
    resource=API_TOKENS,
    success=204,
    timeout=28,
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal"),
        knows("metering"),
    ),
)
def handler(call: Call) -> Answer:
    """Revoke an API token."""
    api_tokens.revoke(wiring, call.target, actor=call.caller.member)
    return Answer(204)
