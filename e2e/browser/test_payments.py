"""An invoice is paid in the browser, at the payment page of the local Stripe."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest
from playwright.sync_api import Page, expect

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.tables import tables
from chalicelib.domain import clock
from chalicelib.ports.records import Create, Record
from e2e.pages.manners import expect_accessible
from e2e.pages.stripe_page import DECLINED_CARD, GOOD_CARD, SECURE_CARD, StripePage
from infra.local.journey.client import Account, Json
from infra.local.platform.layout import AWS_ENV, INSTALLATION, REGION

CENTS = 1250
WITHIN_SECONDS = 30.0


class Debtor:
    """Somebody with an account and an invoice of a month that is over."""

    def __init__(self, platform: Json, store: DynamoRecords) -> None:
        self.account = Account(platform["urls"]["web"])
        email, password = f"debtor-{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(16)
        self.account.sign_up(email, password)
        self.invoice = f"inv_{secrets.token_hex(8)}"
        now = clock.text_of(datetime.now(UTC))
        about = {"total_cents": CENTS, "subtotal_cents": CENTS, "currency": "USD", "items": []}
        store.commit(
            Create(
                Record(
                    id=self.invoice,
                    type="invoices",
                    owner=str(self.account.user["id"]),
                    status="pending",
                    created_at=now,
                    updated_at=now,
                    attributes=about,
                )
            )
        )

    def pay(self) -> Any:
        path = f"/invoices/{self.invoice}/pay"
        return self.account.call("POST", path)["data"]["attributes"]

    def verify(self, session: str) -> Any:
        path = f"/billing/verify-payment?session_id={session}"
        return self.account.call("GET", path)["data"]["attributes"]

    @property
    def status(self) -> str:
        found = self.account.call("GET", f"/invoices/{self.invoice}")
        return str(found["data"]["attributes"]["status"])

    def expect_paid(self) -> None:
        """Wait for what Stripe tells by itself."""
        end = time.monotonic() + WITHIN_SECONDS
        while self.status != "paid":
            assert time.monotonic() < end, self.status
            time.sleep(0.2)


@pytest.fixture
def debtor(local: Json) -> Iterator[Debtor]:
    environment = {**AWS_ENV, "AWS_ENDPOINT_URL": local["urls"]["aws"]}
    with mock.patch.dict("os.environ", environment):
        tables.cache_clear()
        store = DynamoRecords(
            tables(INSTALLATION, REGION), lambda: clock.text_of(datetime.now(UTC))
        )
        yield Debtor(local, store)
        tables.cache_clear()


def came_back(page: Page, payment: str) -> str:
    """Wait for the web app's page and return the address."""
    page.wait_for_url(re.compile(rf"/billing\?payment={payment}"))
    return page.url


def test_invoice_is_paid_by_card_and_the_webhook_tells_it(page: Page, debtor: Debtor) -> None:
    """Neither asks anybody who comes back: what Stripe tells is enough."""
    checkout, stripe = debtor.pay(), StripePage(page)
    stripe.open(checkout["checkout_url"], "12.50 USD")
    expect_accessible(page)

    stripe.type_card(DECLINED_CARD)
    stripe.expect_refused("Your card was declined.")
    expect_accessible(page)
    assert debtor.status == "pending"
    stripe.type_card(GOOD_CARD)

    address = came_back(page, "success")
    assert f"session_id={checkout['session_id']}" in address
    debtor.expect_paid()
    assert debtor.verify(checkout["session_id"])["paid"] is True


def test_who_goes_away_comes_back_to_the_same_payment(page: Page, debtor: Debtor) -> None:
    checkout, stripe = debtor.pay(), StripePage(page)
    stripe.open(checkout["checkout_url"], "12.50 USD")
    stripe.go_back()
    came_back(page, "cancelled")
    assert debtor.verify(checkout["session_id"])["paid"] is False

    again = debtor.pay()
    assert again["session_id"] == checkout["session_id"]
    stripe.open(again["checkout_url"], "12.50 USD")
    stripe.type_card(SECURE_CARD)
    stripe.answer_bank(yes=False)
    stripe.expect_refused("unable to authenticate")
    stripe.type_card(SECURE_CARD)
    stripe.answer_bank(yes=True)

    came_back(page, "success")
    debtor.expect_paid()
    page.goto(again["checkout_url"])
    expect(page.get_by_text("This payment is complete.")).to_be_visible()
