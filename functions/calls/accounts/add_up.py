"""Add up what an account cost and paid, for the owner of the platform; no route leads here."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.runtime import wiring
from chalicelib.runtime.asked import Reason, Sought
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import reads, writes
from chalicelib.services.accounts import accounts, standing


class AddUp(BaseModel):
    """Of which account, and why it is asked."""

    account: Sought
    reason: Reason


@call(
    asks=AddUp,
    needs=(reads("resources", "reservations", "money"), writes("journal")),
)
def handler(asked: AddUp) -> dict[str, Any]:
    """Add up what an account cost and paid, for the owner of the platform; no route leads here."""
    account, _ = accounts.find(wiring, asked.account)
    standing.looked_at(wiring, account, reason=asked.reason)
    currency = wiring.settings().currency
    return {"account": account, "currency": currency, **accounts.money_of(wiring, account)}
