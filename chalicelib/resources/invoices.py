"""Invoices: what an account owes for a month. The system makes them; nobody writes them."""

from __future__ import annotations

from pydantic import BaseModel
from typing_extensions import TypedDict

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states


class InvoiceItem(TypedDict):
    """One line: an app and its price for the month, in whole cents."""

    deployment_id: str
    deployment_name: str
    template_name: str
    monthly_cents: int
    description: str


class InvoiceAttributes(BaseModel):
    """What its user sees of an invoice. Amounts are whole cents, times RFC 3339 UTC."""

    period_start: str | None = None
    period_end: str | None = None
    items: list[InvoiceItem] | None = None
    subtotal_cents: int | None = None
    tax_cents: int | None = None
    total_cents: int | None = None
    currency: str | None = None
    stripe_session_id: str | None = None
    stripe_payment_url: str | None = None
    paid_at: str | None = None


INVOICES = Resource(
    name="invoices",
    singular="invoice",
    prefix="inv_",
    owner_field="user_id",
    attributes=InvoiceAttributes,
    create=None,
    update=None,
    verbs=frozenset({"list", "get"}),
    works=False,
    filters=frozenset({"status"}),
    states=states(
        "draft",
        # A draft of nothing at the month's end; what is owed or paid is kept for good.
        final="removed",
        draft="pending removed",
        pending="paid failed",
        failed="pending",
    ),
)
