"""Show the proof that an account was closed, for the owner of the platform; no route leads here."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.domain.errors import NotFound
from chalicelib.runtime import wiring
from chalicelib.runtime.asked import Reason, Sought
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import fetches, reads, writes
from chalicelib.services.accounts import standing
from chalicelib.services.closings import closing_proof, closings


class ShowProof(BaseModel):
    """Of which account, and why it is asked."""

    account: Sought
    reason: Reason


@call(
    asks=ShowProof,
    needs=(reads("resources"), writes("journal"), fetches("contents")),
)
def handler(asked: ShowProof) -> dict[str, Any]:
    """Show the proof that an account was closed, for the owner of the platform."""
    closing = closings.closing_of(wiring, asked.account)
    if closing is None or closing.status != "closed":
        raise NotFound(f"The account {asked.account} is not closed.")
    standing.looked_at(wiring, asked.account, reason=asked.reason)
    return {**closing_proof.read(wiring, closing)}
