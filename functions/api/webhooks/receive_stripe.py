"""Take what Stripe tells of payments; its signature over the bytes as they came is the lock."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.runtime import doubts, wiring
from chalicelib.runtime.declaration import knows, plain, reads, sends, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.billing.hearing import hear


class Received(TypedDict):
    """That it need not be told again."""

    received: bool


@operation(
    "POST /v1/webhooks/stripe",
    access="anyone",
    answers=plain(Received),
    timeout=29,
    memory=512,
    layers=("stripe",),
    needs=(
        reads("resources", "money"),
        writes("resources", "reservations", "journal", "money"),
        sends("invoices"),
        knows("stripe"),
    ),
)
def handler(call: Call) -> Answer:
    """Take what Stripe tells of payments; its signature over the bytes as they came is the lock.

    What means nothing here is taken and forgotten. What cannot be taken now is refused with an
    error, so that it is told again.
    """
    signature = call.request.header("stripe-signature") or ""
    told = wiring.payments().read(call.request.body, signature)
    if told is not None:
        doubts.tell(hear(wiring, told))
    return Answer(200, {"received": True})
