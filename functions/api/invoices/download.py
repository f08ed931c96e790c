"""Make a file of an invoice, a PDF or a page to print, and answer with a link to fetch it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from chalicelib.resources.invoices import INVOICES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, Repeats, fetches, keeps, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.billing.invoice_files import offer_file

REPEATED_SECONDS = 300
"""How long the same link is given again: it works for as long after that."""


class DownloadInvoice(BaseModel):
    """Which file is wanted."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["pdf", "html"] = "pdf"


class InvoiceDownload(TypedDict):
    """A file of an invoice as it was when it was asked for; a draft's says so."""

    url: str
    """Whoever has it may fetch the file until `expires_at`."""
    expires_at: str
    bytes: int


@operation(
    "POST /v1/invoices/{id}/download",
    access="owner",
    while_closing=True,
    scope="read",
    resource=INVOICES,
    body=DownloadInvoice,
    answers=one("invoice-downloads", InvoiceDownload),
    rate=Rate(burst=10, per_minute=10),
    repeats=Repeats(seconds=REPEATED_SECONDS),
    # A link allows what its signer may do: to fetch the file.
    needs=(reads("resources"), keeps("downloads"), fetches("downloads", "contents")),
    layers=("pdf",),
    memory=1024,
    timeout=28,
)
def handler(call: Call) -> Answer:
    """Make a file of an invoice, a PDF or a page to print, and answer with a link to fetch it."""
    wanted: DownloadInvoice = call.given
    found = offer_file(wiring, call.target, wanted.format)
    data = {"type": "invoice-downloads", "id": call.target.id, "attributes": found}
    return Answer(200, {"data": data})
