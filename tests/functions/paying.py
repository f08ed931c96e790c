"""Somebody who owes an invoice, and what Stripe tells meanwhile."""

from __future__ import annotations

from typing import Any

from chalicelib.ports.ledger import customer
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply

CENTS = 500
"""What an invoice of the tests is about."""
DONE = "checkout.session.completed"


class Debtor:
    """One account with one invoice."""

    def __init__(self, here: Checked, user: str) -> None:
        self.here, self.user = here, user
        self.stripe = here.world.stripe
        self.invoice = things.invoice(user)

    @property
    def record(self) -> Record:
        found = wiring.records().get(self.invoice)
        assert found is not None
        return found

    @property
    def status(self) -> str:
        return self.record.status

    def pay(self, **given: str) -> Reply:
        """Press the button."""
        attributes = given or None
        path = f"/invoices/{self.invoice}/pay"
        return self.here.call("POST", path, attributes, user=self.user, kind="invoices")

    def checkout(self, **given: str) -> str:
        """Press the button and be led to a checkout."""
        reply = self.pay(**given)
        assert reply.status == 200, reply.body
        return reply.id

    def come_back(self, session: str) -> Any:
        """Be led back, with the checkout's id in the address."""
        path = f"/billing/verify-payment?session_id={session}"
        reply = self.here.call("GET", path, user=self.user)
        assert reply.status == 200, reply.body
        return reply.attributes

    def tell(self, *kinds: str) -> None:
        """Have Stripe tell all that happened, or what is of these types, oldest first."""
        for event in self.stripe.events(*kinds):
            assert told(self.here, event).status == 200

    def entries(self) -> list[tuple[str, int]]:
        """What the ledger has about the invoice: the kind, and what the customer owes for it."""
        found = wiring.ledger().about(self.invoice)
        return [(one.kind, one.cents) for one in found if one.account == customer(self.user)]

    def trail(self) -> list[str]:
        """What happened to the invoice, oldest first."""
        return [one.name for one in wiring.records().journal(self.invoice, limit=50)][::-1]


def told(here: Checked, event: dict[str, Any]) -> Reply:
    """Have Stripe send an event."""
    body, signature = here.world.stripe.signed(event)
    headers: dict[str, str | None] = {"Stripe-Signature": signature}
    return here.call("POST", "/webhooks/stripe", body=body, user=None, headers=headers)
