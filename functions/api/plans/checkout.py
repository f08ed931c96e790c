"""Lead an account to where it pays for a plan: the checkout that is open, or another one."""

from __future__ import annotations

from chalicelib.domain.errors import NotFound
from chalicelib.domain.limits import PLANS
from chalicelib.resources.checkouts import CHECKOUTS, CheckoutOpened, Pay, checkout_opened
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, knows, one, reads, sends, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.billing.checkouts import begin_payment
from chalicelib.services.billing.returns import returns_of
from chalicelib.services.plans.plan_orders import order


@operation(
    "POST /v1/plans/{plan}/checkout",
    access="member",
    scope="session",
    body=Pay,
    answers=one(CHECKOUTS, CheckoutOpened, flat=True),
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
    """Lead an account to where it pays for a plan: the checkout that is open, or another one."""
    plan, given, account = call.request.parameters["plan"], call.given, call.caller.member
    if plan not in PLANS:
        raise NotFound(f"There is no plan {plan}; there are {', '.join(PLANS)}.")
    origins = wiring.settings().web_origins
    # What is asked for is looked at before anything is ordered.
    returns_of(origins, "", given.success_url, given.cancel_url, page="plans")
    invoice = order(wiring, account, plan, given=call.caller.plan)
    returns = returns_of(origins, invoice.id, given.success_url, given.cancel_url, page="plans")
    checkout = begin_payment(wiring, invoice, returns, actor=account)
    return Answer(200, checkout_opened(checkout, invoice.id))
