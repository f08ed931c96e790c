"""Get one of the caller's own invoices, with what the ledger has about it."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.resources.invoices import INVOICES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import fetches, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.billing.billed import items_of
from chalicelib.services.billing.ledger import entries_about


@operation(
    "GET /v1/invoices/{id}",
    access="owner",
    resource=INVOICES,
    needs=(reads("resources", "money"), fetches("contents")),
)
def handler(call: Call) -> Answer:
    """Get one of the caller's own invoices, with what the ledger has about it."""
    invoice = call.target
    told = {"items": items_of(wiring, invoice), "entries": entries_about(wiring, invoice)}
    return call.show(replace(invoice, attributes=invoice.attributes | told))
