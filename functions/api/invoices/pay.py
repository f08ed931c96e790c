"""Lead a customer to where an invoice is paid: the checkout that is open, or another one."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from chalicelib.domain import clock
from chalicelib.resources.invoices import INVOICES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, knows, one, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.checkouts import begin_payment
from chalicelib.services.returns import returns_of


class PayInvoice(BaseModel):
    """Where to come back to, in the web app; its own page for payments where nothing is said."""

    model_config = ConfigDict(extra="forbid")

    success_url: str | None = None
    cancel_url: str | None = None


class CheckoutOpened(TypedDict):
    """Where an invoice is paid, and until when."""

    checkout_url: str
    session_id: str
    invoice_id: str
    expires_at: str


@operation(
    "POST /v1/invoices/{id}/pay",
    access="owner",
    resource=INVOICES,
    body=PayInvoice,
    answers=one("checkouts", CheckoutOpened, flat=True),
    timeout=29,
    memory=512,
    layers=("stripe",),
    rate=Rate(burst=20, per_minute=60),
    needs=(
        reads("resources", "money"),
        writes("resources", "journal", "money"),
        knows("stripe"),
    ),
)
def handler(call: Call) -> Answer:
    """Lead a customer to where an invoice is paid: the checkout that is open, or another one."""
    invoice, given = call.target, call.given
    origins = wiring.settings().web_origins
    returns = returns_of(origins, invoice.id, given.success_url, given.cancel_url)
    checkout = begin_payment(wiring, invoice, returns, actor=call.caller.member)
    attributes: CheckoutOpened = {
        "checkout_url": checkout.url,
        "session_id": checkout.id,
        "invoice_id": invoice.id,
        "expires_at": clock.text_at(checkout.expires_at),
    }
    data = {"type": "checkouts", "id": checkout.id, "attributes": attributes, **attributes}
    return Answer(200, {"data": data})
