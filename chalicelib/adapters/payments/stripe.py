"""Stripe: Checkout in payment mode, and webhooks checked on the bytes as they came.

Everything goes through a client of its own, nothing through the library's global state. An order
carries installation and invoice as metadata of its session and of the payment that comes of it,
so that whatever is told later leads back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal, TypeVar

import stripe

from chalicelib.domain.errors import (
    Gone,
    InvalidSignature,
    PaymentsRefused,
    ProductError,
    ProviderUnavailable,
    Throttled,
)
from chalicelib.ports.payments import (
    Checkout,
    CheckoutTold,
    DisputeTold,
    Order,
    Payment,
    RefundTold,
    Told,
)

Found = TypeVar("Found")
TIMEOUT = (3.0, 5.0)
"""Seconds to connect and to answer: with one more try less than an operation has."""
RETRIES = 1
TOLERANCE = 300
"""Seconds for which a signature holds."""
REPLAYED = "idempotent-replayed"
BUSY = frozenset({409, 429})
"""Too much is asked for, or the same at the same moment under one key."""
FAILED = "checkout.session.async_payment_failed"
CHECKOUTS = frozenset(
    f"checkout.session.{what}"
    for what in ("completed", "expired", "async_payment_succeeded", "async_payment_failed")
)
UNDER_WAY = frozenset({"processing", "requires_action", "requires_capture", "succeeded"})
"""Statuses of a payment whose money may come, or came since its session was looked up."""
STATES: dict[str, Literal["won", "lost"]] = {
    "won": "won",
    "prevented": "won",
    "warning_closed": "won",
    "lost": "lost",
}
"""How a dispute ended, by its status; every other one is open."""


class Stripe:
    """One Stripe account, by its secret key; webhooks are signed with any of `webhook_secrets`."""

    def __init__(
        self,
        key: str,
        webhook_secrets: tuple[str, ...],
        url: str,
        http: stripe.HTTPClient | None = None,
    ) -> None:
        self.webhook_secrets = webhook_secrets
        self.client = stripe.StripeClient(
            key,
            base_addresses={"api": url},
            http_client=http or stripe.RequestsClient(timeout=TIMEOUT),
            max_network_retries=RETRIES,
        ).v1

    def create_customer(self, account: str, *, key: str) -> str:
        """Make a customer whose metadata names the account."""
        made = _asked(
            lambda: self.client.customers.create(
                {"description": account, "metadata": {"account": account}},
                {"idempotency_key": key},
            )
        )
        return str(made.id)

    def open_checkout(self, order: Order, *, key: str) -> Checkout:
        """Open a session of one line: the invoice.

        An answer that Stripe repeats tells how the session was, so that it is looked up. Prices in
        a payer's own currency are off: refunds and disputes of such could not be compared.
        """
        metadata = {"installation": order.installation, "invoice": order.invoice}
        price: Any = {
            "currency": order.currency.lower(),
            "product_data": {"name": order.name},
            "unit_amount": order.cents,
        }
        session = _asked(
            lambda: self.client.checkout.sessions.create(
                {
                    "mode": "payment",
                    "adaptive_pricing": {"enabled": False},
                    "client_reference_id": order.invoice,
                    "customer": order.customer,
                    "line_items": [{"price_data": price, "quantity": 1}],
                    "metadata": metadata,
                    "payment_intent_data": {"metadata": metadata},
                    "success_url": order.success_url,
                    "cancel_url": order.cancel_url,
                },
                {"idempotency_key": key},
            )
        )
        answer = session.last_response
        if answer is not None and answer.headers.get(REPLAYED) == "true":
            return self.look(session.id)
        return _checkout(session)

    def look(self, checkout: str) -> Checkout:
        """Retrieve a session."""
        return _checkout(_asked(lambda: self.client.checkout.sessions.retrieve(checkout)))

    def expire(self, checkout: str) -> Checkout:
        """End a session; what is refused is over already, and is looked up."""
        try:
            return _checkout(_asked(lambda: self.client.checkout.sessions.expire(checkout)))
        except PaymentsRefused:
            return self.look(checkout)

    def checkout_of(self, payment: str) -> Checkout | None:
        """Find the session of a payment intent; there is one at most."""
        found = _asked(lambda: self.client.checkout.sessions.list({"payment_intent": payment}))
        return _checkout(found.data[0]) if found.data else None

    def payment(self, payment: str) -> Payment:
        """Retrieve a payment intent."""
        found = _asked(lambda: self.client.payment_intents.retrieve(payment))
        metadata = _metadata(found)
        return Payment(
            id=found.id,
            installation=metadata.get("installation", ""),
            invoice=metadata.get("invoice", ""),
            is_under_way=found.status in UNDER_WAY,
        )

    def read(self, body: bytes, signature: str) -> Told | None:
        """Check the signature of the bytes as they came, then read them."""
        if not any(self._is_signed(body, signature, secret) for secret in self.webhook_secrets):
            raise InvalidSignature("This is not signed by Stripe, or was signed too long ago.")
        event = json.loads(body)
        return _told(str(event.get("type")), event.get("data", {}).get("object", {}))

    def _is_signed(self, body: bytes, signature: str, secret: str) -> bool:
        try:
            stripe.WebhookSignature.verify_header(body.decode(), signature, secret, TOLERANCE)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            return False
        return True


def _told(kind: str, about: dict[str, Any]) -> Told | None:
    """What an event means here."""
    if kind in CHECKOUTS:
        return CheckoutTold(about["id"], has_failed=kind == FAILED)
    if not about.get("payment_intent"):
        return None
    shared = {"payment": about["payment_intent"], "currency": about["currency"].upper()}
    if kind == "charge.refunded":
        return RefundTold(about["id"], cents=about["amount_refunded"], **shared)
    if kind in {"charge.dispute.created", "charge.dispute.closed"}:
        return DisputeTold(
            about["id"],
            cents=about["amount"],
            state=STATES.get(about["status"], "open"),
            withdrawn=not about["status"].startswith("warning"),
            **shared,
        )
    return None


def _checkout(session: Any) -> Checkout:
    metadata = _metadata(session)
    return Checkout(
        id=session.id,
        status=session.status,
        is_paid=session.payment_status == "paid",
        cents=session.amount_total or 0,
        currency=(session.currency or "").upper(),
        installation=metadata.get("installation", ""),
        invoice=metadata.get("invoice", ""),
        url=session.url or "",
        expires_at=session.expires_at,
        payment=str(session.payment_intent or ""),
    )


def _metadata(thing: Any) -> dict[str, str]:
    return dict(thing.metadata.to_dict()) if thing.metadata else {}


def _asked(ask: Callable[[], Found]) -> Found:
    """Ask, and tell a refusal by its meaning, without words that could hold a key."""
    try:
        return ask()
    except stripe.StripeError as error:
        raise _meaning(error) from None


def _meaning(error: stripe.StripeError) -> ProductError:
    code = str(error.code or "")
    if isinstance(error, stripe.RateLimitError) or error.http_status in BUSY:
        return Throttled("Stripe asks for a pause; try again in a moment.")
    if isinstance(error, stripe.APIConnectionError) or (error.http_status or 500) >= 500:
        return ProviderUnavailable("Stripe does not answer as it should; try again in a moment.")
    if code == "resource_missing":
        return Gone("Stripe does not know this.")
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return PaymentsRefused("Stripe does not accept this installation's key.")
    detail = f"Stripe refuses this{f': {code}' if code else ''}."
    return PaymentsRefused(detail)
