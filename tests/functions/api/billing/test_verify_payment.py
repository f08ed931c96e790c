"""Who comes back from paying is told what Stripe says, whatever the browser says."""

from __future__ import annotations

import pytest

from infra.local.stripe import paying as cards
from tests.functions.checks import Checked
from tests.functions.paying import CENTS, DONE, Debtor


@pytest.fixture
def debtor(here: Checked, owner: str) -> Debtor:
    return Debtor(here, owner)


def test_return_before_the_webhook(debtor: Debtor) -> None:
    session = debtor.checkout()
    debtor.stripe.pay(session)

    assert debtor.come_back(session) == {
        "invoice_id": debtor.invoice,
        "paid": True,
        "status": "paid",
        "kind": "month",
        "plan": None,
    }

    debtor.tell()
    assert (debtor.status, debtor.entries()) == ("paid", [("payment", -CENTS)])
    assert debtor.trail() == ["payment_begun", "invoice_paid"]
    assert debtor.record.attributes["paid_at"]
    assert debtor.record.attributes["stripe_payment_url"] is None


def test_webhook_before_the_return(debtor: Debtor) -> None:
    session = debtor.checkout()
    debtor.stripe.pay(session)
    debtor.tell()
    paid_at = debtor.record.attributes["paid_at"]

    assert debtor.come_back(session)["paid"] is True

    assert debtor.record.attributes["paid_at"] == paid_at
    assert debtor.entries() == [("payment", -CENTS)]


def test_who_comes_back_without_having_paid_owes_still_and_can_pay(debtor: Debtor) -> None:
    session = debtor.checkout()

    assert debtor.come_back(session) == {
        "invoice_id": debtor.invoice,
        "paid": False,
        "status": "pending",
        "kind": "month",
        "plan": None,
    }

    assert debtor.checkout() == session
    debtor.stripe.pay(session)
    debtor.tell(DONE)
    assert debtor.status == "paid"


def test_declined_card_and_then_a_good_one(debtor: Debtor) -> None:
    session = debtor.checkout()

    assert debtor.stripe.pay(session, cards.DECLINED_CARD) == "declined"
    assert debtor.come_back(session)["paid"] is False
    assert debtor.stripe.pay(session) == "paid"

    assert debtor.come_back(session)["paid"] is True
    assert debtor.entries() == [("payment", -CENTS)]


def test_proof_that_is_refused_pays_nothing(debtor: Debtor) -> None:
    session = debtor.checkout()
    assert debtor.stripe.pay(session, cards.SECURE_CARD) == "asks"
    cards.refuse_proof(debtor.stripe.account, debtor.stripe.session(session))

    debtor.tell()

    assert debtor.come_back(session)["status"] == "pending"
    assert debtor.checkout() == session


def test_debit_is_paid_when_the_bank_says_so(debtor: Debtor) -> None:
    session = debtor.checkout()
    debtor.stripe.debit(session)
    debtor.tell()
    assert debtor.come_back(session)["status"] == "pending"

    cards.settle(debtor.stripe.account, debtor.stripe.session(session))

    assert debtor.come_back(session)["status"] == "paid"
    assert debtor.entries() == [("payment", -CENTS)]


def test_stranger_is_told_nothing_and_changes_nothing(debtor: Debtor, stranger: str) -> None:
    session = debtor.checkout()
    debtor.stripe.pay(session)

    path = f"/billing/verify-payment?session_id={session}"
    reply = debtor.here.call("GET", path, user=stranger)

    assert (reply.status, reply.codes) == (404, ["not_found"])
    assert debtor.status == "pending"


def test_checkout_that_is_not_known_is_not_found(debtor: Debtor) -> None:
    path = "/billing/verify-payment?session_id=cs_test_nothing"
    reply = debtor.here.call("GET", path, user=debtor.user)

    assert (reply.status, reply.codes) == (404, ["not_found"])


def test_checkout_of_another_installation_is_not_found(debtor: Debtor) -> None:
    session = debtor.checkout()
    debtor.stripe.session(session)["metadata"]["installation"] = "other"
    debtor.stripe.pay(session)

    path = f"/billing/verify-payment?session_id={session}"
    reply = debtor.here.call("GET", path, user=debtor.user)

    assert reply.status == 404
    assert debtor.status == "pending"


@pytest.mark.parametrize(
    "query",
    ["", "?session_id=", "?session_id=.", "?session_id=..", "?session_id=../v1/events"]
    + [f"?session_id={what}" for what in ("pi_1", "cs_", "cs_a/../b", "cs_" + "x" * 126)],
)
def test_checkout_has_to_be_named(debtor: Debtor, query: str) -> None:
    reply = debtor.here.call("GET", f"/billing/verify-payment{query}", user=debtor.user)

    assert (reply.status, reply.codes) == (400, ["bad_request"])
    assert reply.body["errors"][0]["source"] == {"parameter": "session_id"}
    assert debtor.stripe.http.calls == []
