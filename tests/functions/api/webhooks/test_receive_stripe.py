"""What Stripe tells counts once, in any order, and only what Stripe tells."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from chalicelib.runtime import doubts
from infra.local.stripe import paying as cards
from infra.local.stripe import sessions
from infra.local.stripe.webhooks import signature
from tests.fakes.stripe import WEBHOOK_SECRET
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.paying import CENTS, DONE, Debtor, told


@pytest.fixture
def debtor(here: Checked, owner: str) -> Debtor:
    return Debtor(here, owner)


@pytest.fixture(autouse=True)
def counted() -> Iterator[Any]:
    with mock.patch.object(doubts, "count") as count:
        yield count


def paid(debtor: Debtor) -> dict[str, Any]:
    """Pay, and return what Stripe would tell of it."""
    debtor.stripe.pay(debtor.checkout())
    return debtor.stripe.events(DONE)[-1]


def sent(here: Checked, body: str, header: str | None) -> Any:
    return here.call(
        "POST", "/webhooks/stripe", body=body, user=None, headers={"Stripe-Signature": header}
    )


def test_neither_return_nor_webhook_and_then_the_webhook(debtor: Debtor) -> None:
    event = paid(debtor)
    assert debtor.status == "pending"

    reply = told(debtor.here, event)

    assert (reply.status, reply.body) == (200, {"received": True})
    assert (debtor.status, debtor.entries()) == ("paid", [("payment", -CENTS)])


def test_replayed_webhook_changes_nothing(debtor: Debtor, counted: Any) -> None:
    event = paid(debtor)
    told(debtor.here, event)
    before = debtor.record

    for _ in range(3):
        assert told(debtor.here, event).status == 200

    assert debtor.record == before
    assert debtor.entries() == [("payment", -CENTS)]
    assert not counted.called


def test_forged_webhook_is_refused(debtor: Debtor) -> None:
    event = paid(debtor)
    body, good = debtor.stripe.signed(event)
    now = debtor.stripe.account.now()
    forged = body.replace(debtor.invoice, "inv_0000000000000000")

    for text, header in (
        (body, None),
        (body, ""),
        (body, "t=1,v1=00"),
        (body, good.replace("t=", "t=1")),
        (body, good.split(",")[0]),
        (body, debtor.stripe.signed(event, "whsec_other")[1]),
        (body, signature(body.encode(), WEBHOOK_SECRET, now - 301)),
        (forged, good),
        (json.dumps(event), good),
    ):
        reply = sent(debtor.here, text, header)
        assert (reply.status, reply.codes) == (400, ["invalid_signature"]), header

    assert (debtor.status, debtor.entries()) == ("pending", [])
    assert sent(debtor.here, body, good).status == 200


def test_session_that_a_webhook_says_is_paid_is_looked_up(debtor: Debtor) -> None:
    session = debtor.stripe.session(debtor.checkout())
    lie = {"id": "evt_1", "type": DONE, "data": {"object": {**session, "payment_status": "paid"}}}

    assert told(debtor.here, lie).status == 200

    assert debtor.status == "pending"


@pytest.mark.parametrize("change", [{"amount_total": 1}, {"currency": "eur"}])
def test_amount_that_was_tampered_with_pays_nothing_and_is_told(
    debtor: Debtor, counted: Any, change: dict[str, Any]
) -> None:
    session = debtor.checkout()
    debtor.stripe.session(session).update(change)
    debtor.stripe.pay(session)

    debtor.tell(DONE)

    assert (debtor.status, debtor.entries()) == ("pending", [])
    assert debtor.trail()[-1] == "payment_mismatched"
    counted.assert_called_once_with(PaymentsInDoubt=1)
    debtor.tell(DONE)
    assert debtor.trail().count("payment_mismatched") == 1
    assert debtor.come_back(session)["paid"] is False


def test_second_payment_of_one_invoice_is_a_credit_and_told(debtor: Debtor, counted: Any) -> None:
    """Two checkouts are open at once only where Stripe could not end one of them."""
    first = debtor.checkout()
    second = debtor.checkout(success_url="https://hoster.test/other")
    debtor.stripe.session(first)["status"] = "open"
    debtor.stripe.pay(first)
    debtor.stripe.pay(second)

    debtor.tell()
    debtor.tell()

    assert debtor.status == "paid"
    assert debtor.entries() == [("payment", -CENTS), ("credit", -CENTS)]
    assert debtor.trail().count("invoice_overpaid") == 1
    assert counted.called


def test_second_payment_that_is_given_back_is_no_credit_any_more(debtor: Debtor) -> None:
    first = debtor.checkout()
    second = debtor.checkout(success_url="https://hoster.test/other")
    debtor.stripe.session(first)["status"] = "open"
    debtor.stripe.pay(first)
    debtor.stripe.pay(second)
    debtor.tell(DONE)

    payment = debtor.stripe.session(second)["payment_intent"]
    cards.refund(debtor.stripe.account, {"payment_intent": payment})
    debtor.tell()

    assert debtor.entries() == [("payment", -CENTS), ("credit", -CENTS), ("refund", CENTS)]


def test_payment_of_what_is_not_known_is_told(debtor: Debtor, counted: Any) -> None:
    session = debtor.checkout()
    debtor.stripe.session(session)["metadata"]["invoice"] = "inv_gone"
    debtor.stripe.pay(session)

    debtor.tell(DONE)

    counted.assert_called_once_with(PaymentsInDoubt=1)


@pytest.mark.parametrize("kind", ["customer.created", "charge.succeeded", "x"])
def test_what_means_nothing_here_is_taken(debtor: Debtor, kind: str) -> None:
    event = {"id": "evt_1", "type": kind, "data": {"object": {"id": "x"}}}

    assert told(debtor.here, event).status == 200


def test_what_belongs_to_another_installation_is_left_alone(debtor: Debtor, counted: Any) -> None:
    session = debtor.checkout()
    of = debtor.stripe.session(session)
    of["metadata"] = of["payment_intent_data"]["metadata"] = {"installation": "o", "invoice": "i"}
    debtor.stripe.pay(session)
    cards.refund(debtor.stripe.account, {"payment_intent": of["payment_intent"]})
    cards.dispute(debtor.stripe.account, of["payment_intent"])

    debtor.tell()

    assert (debtor.status, debtor.entries()) == ("pending", [])
    assert not counted.called


def test_expired_checkout_is_forgotten_by_its_own_invoice_alone(debtor: Debtor) -> None:
    first = debtor.checkout()
    second = debtor.checkout(success_url="https://hoster.test/other")
    debtor.tell("checkout.session.expired")
    assert debtor.record.attributes["stripe_session_id"] == second != first

    sessions.expire(debtor.stripe.account, debtor.stripe.session(second))
    debtor.tell("checkout.session.expired")

    assert debtor.record.attributes["stripe_session_id"] is None
    assert debtor.record.attributes["stripe_payment_url"] is None
    assert debtor.status == "pending"


def test_debit_that_fails_makes_the_invoice_failed_until_it_is_paid(debtor: Debtor) -> None:
    session = debtor.checkout()
    debtor.stripe.debit(session, cards.EMPTY_ACCOUNT)
    cards.settle(debtor.stripe.account, debtor.stripe.session(session))

    debtor.tell()
    assert debtor.status == "failed"
    debtor.stripe.pay(debtor.checkout())
    debtor.tell()
    debtor.tell("checkout.session.async_payment_failed")

    assert (debtor.status, debtor.entries()) == ("paid", [("payment", -CENTS)])


def life(debtor: Debtor) -> None:
    """Everything that can happen to one payment at Stripe."""
    session = debtor.checkout()
    debtor.stripe.debit(session)
    cards.settle(debtor.stripe.account, debtor.stripe.session(session))
    payment = debtor.stripe.session(session)["payment_intent"]
    for cents in ("100", "50"):
        given = {"payment_intent": payment, "amount": cents}
        cards.refund(debtor.stripe.account, given)
    dispute = cards.dispute(debtor.stripe.account, payment)
    cards.close_dispute(debtor.stripe.account, dispute["id"], "won")


@pytest.mark.parametrize("seed", range(12))
def test_whatever_order_and_however_often_the_sum_is_the_same(debtor: Debtor, seed: int) -> None:
    life(debtor)
    chance = random.Random(seed)
    events = debtor.stripe.events() + chance.sample(debtor.stripe.events(), 5)
    chance.shuffle(events)

    for event in events:
        assert told(debtor.here, event).status == 200

    assert debtor.status == "paid"
    sums = {
        kind: sum(cents for _, cents in some)
        for kind, some in itertools.groupby(sorted(debtor.entries()), key=lambda one: one[0])
    }
    assert sums.pop("payment") == -CENTS
    assert sums == {}
    assert debtor.record.attributes["given_back_cents"] == 150
    given_back = [one for one in about(debtor) if one.kind == "refund"]
    assert sum(one.cents for one in given_back if one.account == "processor") == -150


def about(debtor: Debtor) -> tuple[Any, ...]:
    from chalicelib.runtime import wiring

    return wiring.ledger().about(debtor.invoice)


def test_refunds_and_disputes_are_entries_and_leave_the_invoice_paid(debtor: Debtor) -> None:
    event = paid(debtor)
    told(debtor.here, event)
    payment = event["data"]["object"]["payment_intent"]
    cards.refund(debtor.stripe.account, {"payment_intent": payment, "amount": "200"})
    dispute = cards.dispute(debtor.stripe.account, payment)
    cards.close_dispute(debtor.stripe.account, dispute["id"], "lost")

    debtor.tell()

    assert debtor.status == "paid"
    assert debtor.entries() == [("payment", -CENTS), ("dispute_lost", CENTS - 200)]
    assert debtor.trail()[1:] == [
        "invoice_paid",
        "payment_refunded",
        "dispute_open",
        "dispute_lost",
    ]


def overpaid(debtor: Debtor) -> str:
    """Pay twice, and have the first payment told; returns the second one."""
    first = debtor.checkout()
    second = debtor.checkout(success_url="https://hoster.test/other")
    debtor.stripe.session(first)["status"] = "open"
    debtor.stripe.pay(first)
    debtor.tell()
    debtor.stripe.pay(second)
    return str(debtor.stripe.session(second)["payment_intent"])


def test_second_payment_is_given_back_before_it_was_told(debtor: Debtor, counted: Any) -> None:
    cards.refund(debtor.stripe.account, {"payment_intent": overpaid(debtor)})

    debtor.tell("charge.refunded")
    debtor.tell(DONE)

    assert debtor.entries() == [("payment", -CENTS), ("credit", -CENTS), ("refund", CENTS)]
    assert "given_back_cents" not in debtor.record.attributes
    assert counted.called


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("end", ["won", "lost"])
def test_second_payment_that_is_disputed_is_no_credit_once_that_is_lost(
    debtor: Debtor, end: str, order: tuple[int, ...]
) -> None:
    payment = overpaid(debtor)
    dispute = cards.dispute(debtor.stripe.account, payment)
    cards.close_dispute(debtor.stripe.account, dispute["id"], end)
    events = debtor.stripe.events(DONE)[-1:]
    events += debtor.stripe.events("charge.dispute.created", "charge.dispute.closed")

    for place in order:
        told(debtor.here, events[place])

    back = [("dispute_lost", CENTS)] if end == "lost" else []
    assert debtor.entries() == [("payment", -CENTS), ("credit", -CENTS), *back]
    balances: dict[str, int] = {}
    for one in about(debtor):
        balances[one.account] = balances.get(one.account, 0) + one.cents
    assert balances["processor"] == (CENTS if end == "lost" else 2 * CENTS)
    assert balances.get("disputed", 0) == 0


@pytest.mark.parametrize("kind", ["charge.refunded", "charge.dispute.created"])
@pytest.mark.parametrize("change", [{"currency": "jpy"}, {"amount": 501, "amount_refunded": 501}])
def test_what_goes_back_is_compared_with_what_came(
    debtor: Debtor, counted: Any, kind: str, change: dict[str, Any]
) -> None:
    event = paid(debtor)
    told(debtor.here, event)
    payment = event["data"]["object"]["payment_intent"]
    cards.refund(debtor.stripe.account, {"payment_intent": payment, "amount": "200"})
    cards.dispute(debtor.stripe.account, payment)
    [event] = debtor.stripe.events(kind)
    event["data"]["object"] |= change

    for _ in range(2):
        assert told(debtor.here, event).status == 200

    assert [one.kind for one in about(debtor)] == ["payment", "payment"]
    assert counted.call_args_list == [mock.call(PaymentsInDoubt=1)] * 2
    assert len(debtor.trail()) == 3


def test_refund_of_what_no_checkout_took_is_told(debtor: Debtor, counted: Any) -> None:
    event = paid(debtor)
    payment = event["data"]["object"]["payment_intent"]
    cards.refund(debtor.stripe.account, {"payment_intent": payment})
    debtor.stripe.account.objects[sessions.KIND].clear()

    debtor.tell("charge.refunded")

    assert about(debtor) == ()
    counted.assert_called_once_with(PaymentsInDoubt=1)


def test_what_goes_back_of_a_payment_that_did_not_fit_is_no_entry(debtor: Debtor) -> None:
    session = debtor.checkout()
    debtor.stripe.session(session)["amount_total"] = 50
    debtor.stripe.pay(session)
    debtor.tell(DONE)
    payment = debtor.stripe.session(session)["payment_intent"]

    cards.refund(debtor.stripe.account, {"payment_intent": payment})
    debtor.tell()

    assert about(debtor) == ()
    assert debtor.trail()[-1] == "payment_refunded"


def test_outage_of_stripe_has_it_told_again(debtor: Debtor) -> None:
    event = paid(debtor)
    body, header = debtor.stripe.signed(event)
    debtor.stripe.http.failures = [500, 500]

    refused = debtor.here.world.call(
        "POST", "/webhooks/stripe", body=body, user=None, headers={"Stripe-Signature": header}
    )

    assert (refused.status, debtor.status) == (502, "pending")
    assert sent(debtor.here, body, header).status == 200
    assert debtor.status == "paid"


def test_invoice_that_is_no_longer_owed_keeps_the_money_as_a_credit(debtor: Debtor) -> None:
    event = paid(debtor)
    things.put(debtor.invoice, status="removed")

    told(debtor.here, event)

    assert debtor.entries() == [("credit", -CENTS)]
