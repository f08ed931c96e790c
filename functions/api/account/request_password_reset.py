"""Have a link for a new password sent to whoever has a mail address, if anybody has."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from typing_extensions import TypedDict

from chalicelib.domain.reset_links import LIFETIME_SECONDS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, one, reads, sends, told, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.strangers import bound
from chalicelib.services.accounts.passwords import QUEUE, ask

BY_ADDRESS = Rate(burst=10, per_minute=5)
"""From one address of the network."""
BY_EMAIL = Rate(burst=3, per_minute=1)
"""To one mail address, whether anybody has it or not."""
TYPE = "password-resets"


class RequestPasswordReset(BaseModel):
    """Where the link is to be sent: the mail address that one signs in with."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    ]


class ResetRequested(TypedDict):
    """The same for everybody: whether an account has the address is not told."""

    good_for_seconds: int
    """How long the link that is sent can be used."""


@operation(
    "POST /v1/account/password-resets",
    access="anyone",
    body=RequestPasswordReset,
    success=202,
    answers=one(TYPE, ResetRequested),
    needs=(reads("rates"), writes("rates"), sends(QUEUE), told("mail")),
)
def handler(call: Call) -> Answer:
    """Have a link for a new password sent to whoever has a mail address, if anybody has."""
    email = call.given.email
    bound(call, by_address=BY_ADDRESS, name=email.casefold(), by_name=BY_EMAIL)
    ask(wiring, email)
    attributes: ResetRequested = {"good_for_seconds": LIFETIME_SECONDS}
    return Answer(
        202, {"data": {"type": TYPE, "id": call.request.id, "attributes": {**attributes}}}
    )
