"""Set another password by a link that was sent to the account's mail address, once."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from typing_extensions import TypedDict

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, knows, one, reads, sends, told, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.strangers import bound
from chalicelib.services.accounts.passwords import QUEUE, set_password

BY_ADDRESS = Rate(burst=10, per_minute=10)
"""From one address of the network; a link cannot be guessed, so this is for the gateway's sake."""
TYPE = "passwords"


class SetPassword(BaseModel):
    """The token behind the hash sign of a link, and the new password."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    password: Annotated[str, StringConstraints(max_length=1000)]
    """8 characters at least, 72 bytes at most."""


class PasswordSet(TypedDict):
    """A password was set; one signs in with it from now on."""

    sessions_end: bool
    """Whether devices that were signed in before have to sign in again."""


@operation(
    "POST /v1/account/passwords",
    access="anyone",
    body=SetPassword,
    timeout=29,
    memory=512,
    answers=one(TYPE, PasswordSet),
    needs=(
        reads("rates", "idempotency"),
        writes("rates", "idempotency"),
        knows("metering", "idempotency"),
        sends(QUEUE),
        told("mail"),
    ),
)
def handler(call: Call) -> Answer:
    """Set another password by a link that was sent to the account's mail address, once."""
    bound(call, by_address=BY_ADDRESS)
    set_password(wiring, call.given.token, call.given.password)
    attributes: PasswordSet = {"sessions_end": False}
    return Answer(
        200, {"data": {"type": TYPE, "id": call.request.id, "attributes": {**attributes}}}
    )
