"""Requests of an account that is being closed: what would make or start something is refused."""

from __future__ import annotations

from chalicelib.domain.errors import Conflict
from chalicelib.runtime import wiring
from chalicelib.runtime.caller import Caller
from chalicelib.runtime.declaration import Operation
from chalicelib.services.counters import closing_key


def check(entry: Operation, caller: Caller) -> None:
    """Raise `Conflict` with code `account_closing` for what begins something in such an account.

    Looking, taking along, paying, stopping and deleting go on.
    """
    if not entry.begins:
        return
    held = wiring.records().reservation(closing_key(caller.member))
    if held is not None:
        detail = (
            f"This account is being closed; it can be kept until {held['closes_at']}. Until then"
            " nothing new is made or started: keep the account first, in Settings, Account."
        )
        raise Conflict(detail, code="account_closing", meta={"closes_at": held["closes_at"]})
