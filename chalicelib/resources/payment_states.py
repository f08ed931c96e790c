"""How paying an invoice went, as whoever comes back from it is told."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from chalicelib.ports.records import Record

PAYMENT_STATES = "payment-states"
"""The type of the documents."""
CHECKOUT = r"^cs_[A-Za-z0-9_]{1,125}$"
"""What the id of a checkout looks like. It becomes part of a path at whoever takes payments."""


class PaymentState(TypedDict):
    """Whether an invoice is paid."""

    invoice_id: str
    paid: bool
    status: str
    """The invoice's own."""
    kind: str
    """`month`, or `plan` of what a plan was bought by."""
    plan: str | None


def payment_state(invoice: Record) -> dict[str, Any]:
    """The document of one invoice."""
    attributes: PaymentState = {
        "invoice_id": invoice.id,
        "paid": invoice.status == "paid",
        "status": invoice.status,
        "kind": invoice.attributes.get("kind") or "month",
        "plan": invoice.attributes.get("plan"),
    }
    shown = {"type": PAYMENT_STATES, "id": invoice.id, "attributes": attributes, **attributes}
    return {"data": shown}
