"""Invoices: what an account owes for a month. The system makes them; nobody writes them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel
from typing_extensions import TypedDict

from chalicelib.domain.billing.invoice import Item
from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states


class InvoiceEntry(TypedDict):
    """What the ledger has about an invoice: a payment, a refund, a credit, a dispute."""

    transaction: str
    kind: str
    at: str
    cents: int
    """How much it is about; below zero of a closing that gives something back."""


class InvoiceAttributes(BaseModel):
    """What its user sees of an invoice. Amounts are whole cents, times RFC 3339 UTC."""

    kind: Literal["month", "plan"] | None = None
    """What an account ran in a month (null means that too), or a plan that it buys."""
    plan: str | None = None
    """The plan that is bought."""
    period_start: str | None = None
    period_end: str | None = None
    items: list[Item] | None = None
    subtotal_cents: int | None = None
    tax_cents: int | None = None
    total_cents: int | None = None
    currency: str | None = None
    stripe_session_id: str | None = None
    stripe_payment_url: str | None = None
    paid_at: str | None = None
    due_on: str | None = None
    """Until when it is to be paid; before its month is closed there is none."""
    closed_at: str | None = None
    """When its month was closed; until then it is a draft."""
    carried_to: str | None = None
    """The invoice that its total is a line of, where there is nothing to be paid yet."""
    entries: list[InvoiceEntry] | None = None
    """What happened since, oldest first; none of it changes the invoice."""


INVOICES = Resource(
    name="invoices",
    singular="invoice",
    prefix="inv_",
    owner_field="user_id",
    attributes=InvoiceAttributes,
    create=None,
    update=None,
    verbs=frozenset({"list"}),
    works=False,
    not_in_lists=frozenset({"entries", "items"}),
    filters=frozenset({"status"}),
    states=states(
        "draft",
        # A draft of nothing at the month's end; what is owed or paid is kept for good.
        final="removed",
        # Carried is what is too small to be paid: the next invoice has its total as a line.
        draft="pending carried removed",
        # An order of a plan that is given up, or whose checkout is over, is removed.
        pending="paid failed removed",
        failed="pending removed",
    ),
)
