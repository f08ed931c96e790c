"""Look up how a checkout ended, for who comes back from it with its id in the address."""

from __future__ import annotations

import re

from chalicelib.domain.errors import BadRequest
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

WORD = "session_id"


@operation(
    "GET /v1/billing/verify-payment",
    access="member",
    scope="session",
    query=(WORD,),
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
    """Look up how a checkout ended, for who comes back from it with its id in the address."""
    (session,) = call.request.query.get(WORD, ("",))
    if not re.fullmatch(CHECKOUT, session):
        raise BadRequest(f"Say which checkout, as {WORD}: cs_….", parameter=WORD)
    invoice, outcome = verified(wiring, session, call.caller.member)
    doubts.tell(outcome)
    return Answer(200, payment_state(invoice))
