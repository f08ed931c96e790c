"""Enter a credit or a payout into the ledger: the operator asks for it, no route does."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from chalicelib.runtime import wiring
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import reads, writes
from chalicelib.services.billing.entering import enter


class EnterByHand(BaseModel):
    """What is entered, about which invoice or creator's account, under whose reference."""

    kind: Literal["credit", "refund", "payout"]
    subject: str
    cents: Annotated[int, Field(gt=0)]
    reference: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]


@call(
    asks=EnterByHand,
    needs=(reads("resources", "money"), writes("money", "journal")),
)
def handler(asked: EnterByHand) -> dict[str, Any]:
    """Enter a credit or a payout into the ledger: the operator asks for it, no route does."""
    entered = enter(wiring, asked.kind, asked.subject, cents=asked.cents, reference=asked.reference)
    return {"entered": entered, "transaction": f"{asked.kind}_{asked.reference}"}
