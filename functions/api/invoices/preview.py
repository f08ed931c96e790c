"""Bring the invoice of this month up to date, and show it: a draft until the month is over."""

from __future__ import annotations

from chalicelib.domain.errors import Conflict
from chalicelib.resources.invoices import INVOICES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, fetches, keeps, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.billing.billed import with_items
from chalicelib.services.billing.invoicing import preview


@operation(
    "POST /v1/invoices/preview",
    access="member",
    while_closing=True,
    resource=INVOICES,
    rate=Rate(burst=10, per_minute=30),
    needs=(
        reads("resources", "money"),
        writes("resources", "reservations", "journal"),
        keeps("contents"),
        fetches("contents"),
    ),
)
def handler(call: Call) -> Answer:
    """Bring the invoice of this month up to date, and show it: a draft until the month is over."""
    draft = preview(wiring, call.caller.member)
    if draft is None:
        raise Conflict("Nothing that costs money ran this month.", code="nothing_to_bill")
    return call.show(with_items(wiring, draft))
