"""The port of payments: over the local Stripe, and over Stripe itself where a test key is given."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import httpx
import pytest

from chalicelib.adapters.payments.stripe import Stripe
from chalicelib.domain.errors import (
    Gone,
    InvalidSignature,
    PaymentsRefused,
    ProviderUnavailable,
    Throttled,
)
from chalicelib.ports.payments import CheckoutTold, DisputeTold, Order, Payments, RefundTold
from infra.local.stripe.account import Account
from infra.local.stripe.app import make_app
from infra.local.stripe.webhooks import signature
from tests.local.serving import serving

LOCAL_KEY = "sk_test_local"
HOOK, OLD_HOOK = "whsec_new", "whsec_old"
REAL_KEY = os.environ.get("HOSTER_TEST_STRIPE_KEY", "")
REAL_URL = "https://api.stripe.com"


@dataclass
class Place:
    """An account at Stripe, and what is needed to be somebody else there."""

    url: str
    key: str
    account: Account | None = None
    """What the local one holds."""

    @property
    def payments(self) -> Payments:
        return Stripe(self.key, (HOOK, OLD_HOOK), self.url)


@pytest.fixture(scope="module")
def local() -> Iterator[Place]:
    account = Account()
    with serving(make_app(account, LOCAL_KEY, "http://stripe.test")) as url:
        yield Place(url, LOCAL_KEY, account)


@pytest.fixture(params=["local", "real"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "real":
        if not REAL_KEY.startswith("sk_test_"):
            pytest.skip("Stripe itself is asked only with a test key in HOSTER_TEST_STRIPE_KEY")
        return Place(REAL_URL, REAL_KEY)
    found: Place = request.getfixturevalue("local")
    return found


def fresh() -> str:
    return secrets.token_hex(8)


def an_order(place: Place) -> Order:
    return Order(
        installation="test",
        invoice=f"inv_{fresh()}",
        name="Hoster Invoice",
        cents=500,
        currency="USD",
        customer=place.payments.create_customer(f"account-{fresh()}", key=fresh()),
        success_url="https://hoster.test/billing?session_id={CHECKOUT_SESSION_ID}",
        cancel_url="https://hoster.test/billing",
    )


@pytest.fixture
def order(place: Place) -> Order:
    return an_order(place)


def test_checkout_is_found_as_it_was_opened(place: Place, order: Order) -> None:
    opened = place.payments.open_checkout(order, key=fresh())

    assert (opened.status, opened.is_paid) == ("open", False)
    assert (opened.cents, opened.currency) == (500, "USD")
    assert (opened.installation, opened.invoice) == ("test", order.invoice)
    assert opened.url.startswith("http")
    assert place.payments.look(opened.id) == opened


def test_key_opens_one_checkout_and_only_for_its_order(place: Place, order: Order) -> None:
    key = fresh()
    opened = place.payments.open_checkout(order, key=key)

    assert place.payments.open_checkout(order, key=key) == opened
    with pytest.raises(PaymentsRefused):
        place.payments.open_checkout(replace(order, cents=600), key=key)
    assert place.payments.open_checkout(order, key=fresh()).id != opened.id


def test_key_that_is_repeated_tells_how_its_checkout_is_by_now(place: Place, order: Order) -> None:
    key = fresh()
    ended = place.payments.expire(place.payments.open_checkout(order, key=key).id)

    assert place.payments.open_checkout(order, key=key) == ended


def test_key_makes_one_customer(place: Place) -> None:
    key = fresh()

    first = place.payments.create_customer("account-1", key=key)

    assert place.payments.create_customer("account-1", key=key) == first
    assert place.payments.create_customer("account-1", key=fresh()) != first


def test_ended_checkout_is_over_however_often_it_is_ended(place: Place, order: Order) -> None:
    opened = place.payments.open_checkout(order, key=fresh())

    ended = place.payments.expire(opened.id)

    assert (ended.status, ended.url) == ("expired", "")
    assert place.payments.expire(opened.id) == ended == place.payments.look(opened.id)


@pytest.mark.parametrize(
    "ask",
    [
        lambda payments: payments.look("cs_test_nothing"),
        lambda payments: payments.expire("cs_test_nothing"),
        lambda payments: payments.payment("pi_nothing"),
    ],
    ids=["look", "expire", "payment"],
)
def test_what_is_not_there_is_gone(place: Place, ask: Callable[[Payments], object]) -> None:
    with pytest.raises(Gone):
        ask(place.payments)


def test_customer_that_is_not_there_is_gone(place: Place, order: Order) -> None:
    with pytest.raises(Gone):
        place.payments.open_checkout(replace(order, customer="cus_nothing"), key=fresh())


def test_wrong_key_is_refused_and_not_told(place: Place) -> None:
    key = "sk_test_" + "0" * 24
    stranger = Stripe(key, (), place.url)

    with pytest.raises(PaymentsRefused) as refused:
        stranger.look("cs_test_nothing")

    assert key[8:] not in str(refused.value)
    assert refused.value.__cause__ is None


def test_order_that_cannot_be_is_refused(place: Place, order: Order) -> None:
    with pytest.raises(PaymentsRefused):
        place.payments.open_checkout(replace(order, cents=1), key=fresh())


@pytest.mark.parametrize(
    ("fault", "value", "error"),
    [
        ("status", 500, ProviderUnavailable),
        ("status", 429, Throttled),
        ("drop", None, ProviderUnavailable),
    ],
)
def test_trouble_is_named(
    local: Place, fault: str, value: int | None, error: type[Exception]
) -> None:
    told = {"call": "GET /v1/checkout/sessions/*", "fault": fault, "value": value, "times": 2}
    httpx.post(f"{local.url}/_local/faults", json=told, trust_env=False).raise_for_status()
    try:
        with pytest.raises(error):
            local.payments.look("cs_test_x")
    finally:
        httpx.delete(f"{local.url}/_local/faults", trust_env=False).raise_for_status()


def test_answer_that_is_lost_makes_no_second_checkout(local: Place) -> None:
    """The library asks once more, with the same key."""
    assert local.account is not None
    before = len(local.account.objects["checkout.session"])
    told = {"call": "POST /v1/checkout/sessions", "fault": "lost_response"}
    httpx.post(f"{local.url}/_local/faults", json=told, trust_env=False).raise_for_status()

    local.payments.open_checkout(an_order(local), key=fresh())

    assert len(local.account.objects["checkout.session"]) == before + 1


CHARGE = {"id": "ch_1", "payment_intent": "pi_1", "currency": "usd", "amount_refunded": 200}
DISPUTE = {"id": "dp_1", "payment_intent": "pi_1", "currency": "usd", "amount": 500}


def of(kind: str, about: dict[str, object], *, hook: str = HOOK, age: int = 0) -> tuple[bytes, str]:
    body = json.dumps({"id": "evt_1", "type": kind, "data": {"object": about}}).encode()
    return body, signature(body, hook, int(time.time()) - age)


@pytest.mark.parametrize(
    ("kind", "about", "told"),
    [
        ("checkout.session.completed", {"id": "cs_1"}, CheckoutTold("cs_1")),
        ("checkout.session.expired", {"id": "cs_1"}, CheckoutTold("cs_1")),
        ("checkout.session.async_payment_succeeded", {"id": "cs_1"}, CheckoutTold("cs_1")),
        (
            "checkout.session.async_payment_failed",
            {"id": "cs_1"},
            CheckoutTold("cs_1", has_failed=True),
        ),
        ("charge.refunded", CHARGE, RefundTold("ch_1", "pi_1", 200, "USD")),
        ("charge.refunded", CHARGE | {"payment_intent": None}, None),
        (
            "charge.dispute.created",
            DISPUTE | {"status": "needs_response"},
            DisputeTold("dp_1", "pi_1", 500, "USD", "open", True),
        ),
        (
            "charge.dispute.created",
            DISPUTE | {"status": "warning_needs_response"},
            DisputeTold("dp_1", "pi_1", 500, "USD", "open", False),
        ),
        (
            "charge.dispute.closed",
            DISPUTE | {"status": "won"},
            DisputeTold("dp_1", "pi_1", 500, "USD", "won", True),
        ),
        (
            "charge.dispute.closed",
            DISPUTE | {"status": "lost"},
            DisputeTold("dp_1", "pi_1", 500, "USD", "lost", True),
        ),
        ("invoice.paid", {"id": "in_1"}, None),
    ],
)
@pytest.mark.parametrize("hook", [HOOK, OLD_HOOK])
def test_message_is_read(
    local: Place, kind: str, about: dict[str, object], told: object, hook: str
) -> None:
    assert local.payments.read(*of(kind, about, hook=hook)) == told


@pytest.mark.parametrize(
    "message",
    [
        of("x", {}, hook="whsec_other"),
        of("x", {}, age=301),
        (b"{}", ""),
        (b"{}", "t=x,v1=y"),
        (b"\xff", signature(b"\xff", HOOK, 1)),
    ],
    ids=["secret", "old", "none", "nonsense", "no text"],
)
def test_message_that_was_not_signed_is_refused(local: Place, message: tuple[bytes, str]) -> None:
    with pytest.raises(InvalidSignature):
        local.payments.read(*message)
