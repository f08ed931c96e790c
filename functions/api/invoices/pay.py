"""Lead a customer to where an invoice is paid: the checkout that is open, or another one."""

from __future__ import annotations

from chalicelib.domain.errors import Conflict
from chalicelib.resources.checkouts import CHECKOUTS, CheckoutOpened, Pay, checkout_opened
from chalicelib.resources.invoices import INVOICES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, knows, one, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.billing.checkouts import begin_payment
from chalicelib.services.billing.returns import returns_of
from chalicelib.services.plans.subscriptions import is_order


@operation(
    "POST /v1/invoices/{id}/pay",
    access="owner",
    while_closing=True,
    scope="session",
    resource=INVOICES,
    body=Pay,
    answers=one(CHECKOUTS, CheckoutOpened, flat=True),
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
    if is_order(invoice) and invoice.status != "paid":
        # What it was offered for may not hold any more.
        detail = "It is an order of a plan: choose the plan again, and it is offered as it is now."
        raise Conflict(detail, code="plan_order")
    origins = wiring.settings().web_origins
    returns = returns_of(origins, invoice.id, given.success_url, given.cancel_url)
    checkout = begin_payment(wiring, invoice, returns, actor=call.caller.member)
    return Answer(200, checkout_opened(checkout, invoice.id))
