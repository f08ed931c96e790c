"""Make the statement of what one has earned as a creator, and answer with a link to it."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, Repeats, fetches, keeps, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.billing.earnings import offer_statement


class EarningsDownload(TypedDict):
    """A file of lines, as spreadsheets read them (CSV); their amounts sum to the balance."""

    url: str
    """Whoever has it may fetch the file until `expires_at`."""
    expires_at: str
    bytes: int


@operation(
    "POST /v1/account/earnings/download",
    access="member",
    while_closing=True,
    scope="read",
    answers=one("earnings-downloads", EarningsDownload),
    rate=Rate(burst=5, per_minute=5),
    repeats=Repeats(seconds=300),
    # A link allows what its signer may do: to fetch the file.
    needs=(reads("resources", "money"), keeps("downloads"), fetches("downloads")),
)
def handler(call: Call) -> Answer:
    """Make the statement of what one has earned as a creator, and answer with a link to it."""
    user = call.caller.member
    found = offer_statement(wiring, user)
    return Answer(200, {"data": {"type": "earnings-downloads", "id": user, "attributes": found}})
