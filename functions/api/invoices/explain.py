"""Show how an invoice came to what it says, so that anybody can compute it again."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.domain.billing.invoice import Item
from chalicelib.resources.invoices import INVOICES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.billing.explaining import explain


class ExplainedInvoice(TypedDict):
    """The invoice as it is, or as a draft would be at this moment."""

    id: str
    status: str
    items: list[Item]
    total_cents: int
    currency: str


class ExplainedInterval(TypedDict):
    """A stretch in which an app ran; `until` is null while it runs."""

    deployment: str
    template: str
    since: str
    until: str | None


class ExplainedPrice(TypedDict):
    """What a template costs a month from a moment on."""

    template: str
    at: str
    monthly_cents: int


class ExplainedRest(TypedDict):
    """An item that is not of this month's apps: carried over, corrected or credited."""

    kind: str
    deployment_id: str | None
    template_id: str | None
    month: str
    refers_to: str | None
    seconds: int
    cents: int


class Explanation(TypedDict):
    """What `tools/verify_invoice.py` computes an invoice from."""

    month: str
    now: str
    """Until when apps that still ran are counted."""
    invoice: ExplainedInvoice
    intervals: list[ExplainedInterval]
    prices: list[ExplainedPrice]
    carried: list[ExplainedRest]
    sources: dict[str, int]
    """What items that refer to an invoice or a transaction come to, by that itself."""


@operation(
    "GET /v1/invoices/{id}/explain",
    access="owner",
    resource=INVOICES,
    answers=one("invoice-explanations", Explanation),
    needs=(reads("resources", "money"), fetches("contents")),
)
def handler(call: Call) -> Answer:
    """Show how an invoice came to what it says, so that anybody can compute it again."""
    found = explain(wiring, call.target)
    data = {"type": "invoice-explanations", "id": call.target.id, "attributes": found}
    return Answer(200, {"data": data})
