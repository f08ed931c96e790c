"""Somebody who buys plans, and the queue by which the gateway is told of it."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.ports.ledger import customer
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from chalicelib.services.plans.subscriptions import subscription_of
from functions.events.invoices import tend_account
from functions.schedules import tend_plans
from tests.functions.checks import Checked
from tests.functions.messages import taken
from tests.functions.paying import DONE, told
from tests.permissions import watched_as
from tests.world import Reply


class Buyer:
    """An account with the plan that the gateway gives it."""

    def __init__(self, here: Checked, user: str) -> None:
        self.here, self.user = here, user
        self.stripe, self.gateway = here.world.stripe, here.world.gateway
        waiting()

    @property
    def plan(self) -> str:
        """What the gateway says with each request."""
        return self.gateway.of(self.user)

    @property
    def record(self) -> Record:
        found = subscription_of(wiring, self.user)
        assert found is not None
        return found

    def press(self, plan: str, **given: str) -> Reply:
        path = f"/plans/{plan}/checkout"
        return self.here.call(
            "POST", path, given or None, user=self.user, plan=self.plan, kind="checkouts"
        )

    def checkout(self, plan: str) -> str:
        reply = self.press(plan)
        assert reply.status == 200, reply.body
        return reply.id

    def paid(self, plan: str) -> dict[str, Any]:
        """Order and pay; returns what Stripe would tell of it."""
        self.stripe.pay(self.checkout(plan))
        return self.stripe.events(DONE)[-1]

    def buy(self, plan: str) -> None:
        """Buy, be told of, and have the gateway told."""
        assert told(self.here, self.paid(plan)).status == 200
        self.tend()

    def come_back(self, session: str) -> Any:
        path = f"/billing/verify-payment?session_id={session}"
        reply = self.here.call("GET", path, user=self.user, plan=self.plan)
        assert reply.status == 200, reply.body
        return reply.attributes

    def tend(self) -> list[str]:
        """Have every message about plans taken; returns what came of them."""
        return [deliver(message) for message in waiting()]

    def after(self, days: float) -> list[str]:
        """Run the schedule, so many days from now, and what it asks for."""
        self.here.world.skew = days * 86_400
        tend_plans.handler({}, None)
        return self.tend()

    def plans(self) -> Any:
        reply = self.here.call("GET", "/plans", user=self.user, plan=self.plan)
        assert reply.status == 200, reply.body
        return reply.body

    def shown(self, plan: str) -> Any:
        [found] = [one["attributes"] for one in self.plans()["data"] if one["id"] == plan]
        return found

    def subscription(self) -> Any:
        return self.plans()["meta"]["subscription"]

    def invoices(self) -> list[Any]:
        found: list[Any] = self.here.call("GET", "/invoices", user=self.user).body["data"]
        return found

    def entries(self, invoice: str) -> dict[str, int]:
        """What the ledger has about an invoice, by account."""
        found: dict[str, int] = {}
        for one in wiring.ledger().about(invoice):
            name = "customer" if one.account == customer(self.user) else one.account
            found[name] = found.get(name, 0) + one.cents
        return found

    def trail(self) -> list[str]:
        """What happened to the account's plan, oldest first."""
        return [one.name for one in wiring.records().journal(self.record.id, limit=50)][::-1]


def waiting() -> list[str]:
    """Take every message of the queue."""
    return taken(wiring.settings().invoices_queue)


def deliver(message: str) -> str:
    """Hand a message to its consumer, under the eyes of its role; returns it."""
    event = {"Records": [{"messageId": "1", "body": message}]}
    [declaration] = tend_account.handler.declarations
    with watched_as("tend_account", declaration):
        answer = tend_account.handler(event, None)
    assert answer == {"batchItemFailures": []}, json.loads(message)
    return message
