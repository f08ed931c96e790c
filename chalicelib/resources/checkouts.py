"""Where something is paid, as whoever pays is led there."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from chalicelib.domain import clock
from chalicelib.ports.payments import Checkout

CHECKOUTS = "checkouts"
"""The type of the documents."""


class Pay(BaseModel):
    """Where to come back to, in the web app; its own page for it where nothing is said."""

    model_config = ConfigDict(extra="forbid")

    success_url: str | None = None
    cancel_url: str | None = None


class CheckoutOpened(TypedDict):
    """Where an invoice is paid, and until when."""

    checkout_url: str
    session_id: str
    invoice_id: str
    expires_at: str


def checkout_opened(checkout: Checkout, invoice_id: str) -> dict[str, Any]:
    """The document of a checkout."""
    attributes: CheckoutOpened = {
        "checkout_url": checkout.url,
        "session_id": checkout.id,
        "invoice_id": invoice_id,
        "expires_at": clock.text_at(checkout.expires_at),
    }
    shown = {"type": CHECKOUTS, "id": checkout.id, "attributes": attributes, **attributes}
    return {"data": shown}
