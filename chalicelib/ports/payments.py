"""Who takes payments: checkouts that are paid elsewhere, and what is told of them.

Nothing that a browser says of a payment is believed. A checkout is looked up where it was paid,
and a message counts once its signature was checked. Every method raises `Throttled`,
`ProviderUnavailable` (what was asked may have happened) and `PaymentsRefused` (the key is wrong,
or the request is).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Order:
    """What is to be paid: one invoice of an installation. Amounts are whole cents."""

    installation: str
    invoice: str
    name: str
    """What the payer reads."""
    cents: int
    currency: str
    customer: str
    success_url: str
    """Where the payer comes back to; `{CHECKOUT_SESSION_ID}` in it becomes the checkout's id."""
    cancel_url: str


@dataclass(frozen=True)
class Checkout:
    """One try to pay an invoice, as whoever takes payments knows it now."""

    id: str
    status: Literal["open", "complete", "expired"]
    is_paid: bool
    cents: int
    currency: str
    """Three capital letters."""
    installation: str
    invoice: str
    """Both are empty where it is none of ours."""
    url: str
    """Where it is paid; empty once it is not open any more."""
    expires_at: int
    """Seconds since 1970."""
    payment: str = ""
    """The payment that it became; empty before anybody tried."""


@dataclass(frozen=True)
class Payment:
    """What a payment is for."""

    id: str
    installation: str
    invoice: str
    is_under_way: bool
    """Whether the money may still come."""


@dataclass(frozen=True)
class CheckoutTold:
    """Something happened to a checkout; how it is now has to be looked up."""

    checkout: str
    has_failed: bool = False
    """Whether it is told that the money which was under way does not come."""


@dataclass(frozen=True)
class RefundTold:
    """Of what was paid, so many cents altogether were given back by now."""

    charge: str
    payment: str
    cents: int
    currency: str


@dataclass(frozen=True)
class DisputeTold:
    """A payer asks for the money back at the bank, or the bank has decided."""

    dispute: str
    payment: str
    cents: int
    currency: str
    state: Literal["open", "won", "lost"]
    withdrawn: bool
    """Whether the money is taken away meanwhile; an inquiry takes none."""


Told = CheckoutTold | RefundTold | DisputeTold


class Payments(Protocol):
    """An account at whoever takes payments."""

    def create_customer(self, account: str, *, key: str) -> str:
        """Make a customer for an account and return its id; the same one for the same key."""

    def open_checkout(self, order: Order, *, key: str) -> Checkout:
        """Open a checkout; the same one for the same key and order, as it is by now.

        Raises `Gone` when the customer is not known any more.
        """

    def look(self, checkout: str) -> Checkout:
        """Look a checkout up. Raises `Gone` when it is not known."""

    def expire(self, checkout: str) -> Checkout:
        """End a checkout that is open; one that is over is returned as it is. Raises `Gone`."""

    def checkout_of(self, payment: str) -> Checkout | None:
        """Look up the checkout that became a payment; None where none did."""

    def payment(self, payment: str) -> Payment:
        """Look up what a payment is for. Raises `Gone` when it is not known."""

    def read(self, body: bytes, signature: str) -> Told | None:
        """Read a message; None for what means nothing here.

        Raises `InvalidSignature` unless it was signed with the secret and a moment ago.
        """
