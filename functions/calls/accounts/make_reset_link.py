"""Make a link by which an account sets a new password, for the owner of the platform to hand over.

No route leads here. It is for installations that send no mail, and for people who lost theirs.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.domain.reset_links import LIFETIME_SECONDS
from chalicelib.runtime import wiring
from chalicelib.runtime.asked import Reason, Sought
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import knows, reads, told, writes
from chalicelib.services.accounts import passwords, standing


class MakeResetLink(BaseModel):
    """For which account, and why."""

    account: Sought
    reason: Reason


@call(
    asks=MakeResetLink,
    needs=(
        reads("resources", "idempotency"),
        writes("journal", "idempotency"),
        knows("metering", "idempotency"),
        told("mail"),
    ),
)
def handler(asked: MakeResetLink) -> dict[str, Any]:
    """Make a link by which an account sets a new password, for the owner to hand over."""
    link, email = passwords.hand_link(wiring, asked.account)
    standing.looked_at(wiring, asked.account, reason=asked.reason)
    return {"account": asked.account, "email": email, "link": link, "seconds": LIFETIME_SECONDS}
