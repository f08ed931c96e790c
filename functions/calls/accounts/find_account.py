"""Find an account and what it has, for the owner of the platform; no route leads here."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.runtime import wiring
from chalicelib.runtime.asked import Reason, Sought
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import reads, writes
from chalicelib.services.accounts import accounts, standing
from chalicelib.services.closings import closings


class FindAccount(BaseModel):
    """What is known: an account's id, a record's, or an app's host name; and why it is asked."""

    sought: Sought
    reason: Reason


@call(asks=FindAccount, needs=(reads("resources", "reservations"), writes("journal")))
def handler(asked: FindAccount) -> dict[str, Any]:
    """Find an account and what it has, for the owner of the platform; no route leads here."""
    account, of = accounts.find(wiring, asked.sought)
    standing.looked_at(wiring, account, reason=asked.reason)
    closing = closings.standing_of(wiring, account)
    return {"found_by": of, **accounts.told(wiring, account), "closing": closing}
