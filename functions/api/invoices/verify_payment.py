"""Look up how a checkout ended: the invoice is paid if whoever takes payments says so."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.resources.invoices import INVOICES
from chalicelib.resources.payment_states import (
    CHECKOUT,
    PAYMENT_STATES,
    PaymentState,
    payment_state,
)
from chalicelib.runtime import doubts, wiring
from chalicelib.runtime.declaration import Rate, knows, one, reads, sends, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.billing.settling import verified


class VerifyPayment(BaseModel):
    """Which checkout; nothing else that a client says of a payment is believed."""

    model_config = ConfigDict(extra="forbid")

    session_id: Annotated[str, StringConstraints(pattern=CHECKOUT)]


@operation(
    "POST /v1/invoices/verify-payment",
    access="member",
    while_closing=True,
    scope="session",
    resource=INVOICES,
    body=VerifyPayment,
    answers=one(PAYMENT_STATES, PaymentState, flat=True),
    timeout=29,
    memory=512,
    layers=("stripe",),
    rate=Rate(burst=20, per_minute=60),
    needs=(
        reads("resources", "money"),
        writes("resources", "reservations", "journal", "money"),
        sends("invoices"),
        knows("stripe"),
    ),
)
def handler(call: Call) -> Answer:
    """Look up how a checkout ended: the invoice is paid if whoever takes payments says so."""
    invoice, outcome = verified(wiring, call.given.session_id, call.caller.member)
    doubts.tell(outcome)
    return Answer(200, payment_state(invoice))
