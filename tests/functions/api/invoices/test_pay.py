"""Paying leads to one checkout, and only for what is owed."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from infra.local.stripe import paying as cards
from infra.local.stripe import sessions
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.paying import CENTS, DONE, Debtor

ASKED = "POST /v1/checkout/sessions"


@pytest.fixture
def debtor(here: Checked, owner: str) -> Debtor:
    return Debtor(here, owner)


def test_checkout_is_opened_for_what_is_owed(debtor: Debtor) -> None:
    reply = debtor.pay()

    session = debtor.stripe.session(reply.id)
    assert reply.attributes["checkout_url"] == session["url"]
    flat = {name: reply.body["data"][name] for name in ("checkout_url", "session_id", "invoice_id")}
    assert flat == {
        "checkout_url": session["url"],
        "session_id": session["id"],
        "invoice_id": debtor.invoice,
    }
    assert (session["amount_total"], session["currency"]) == (CENTS, "usd")
    assert session["client_reference_id"] == debtor.invoice
    assert session["metadata"] == {"installation": "test", "invoice": debtor.invoice}
    assert session["payment_intent_data"] == {"metadata": session["metadata"]}
    assert session["success_url"] == (
        f"https://hoster.test/billing?payment=success&invoice={debtor.invoice}"
        "&session_id={CHECKOUT_SESSION_ID}"
    )
    assert session["cancel_url"] == "https://hoster.test/billing?payment=cancelled"
    shown = debtor.here.call("GET", f"/invoices/{debtor.invoice}", user=debtor.user).attributes
    assert (shown["status"], shown["stripe_session_id"]) == ("pending", session["id"])
    assert shown["stripe_payment_url"] == session["url"]
    assert not shown.keys() & {"checkout_number", "checkout_returns"}
    assert debtor.trail() == ["payment_begun"]


def test_open_checkout_is_used_again(debtor: Debtor) -> None:
    first = debtor.checkout()

    assert debtor.checkout() == first
    assert debtor.stripe.http.calls.count(ASKED) == 1


def test_account_is_one_customer_at_stripe(here: Checked, debtor: Debtor) -> None:
    debtor.checkout()
    debtor.invoice = things.invoice(debtor.user)

    debtor.checkout()

    [customer] = debtor.stripe.account.objects["customer"].values()
    assert customer["metadata"] == {"account": debtor.user}
    found = debtor.stripe.account.objects[sessions.KIND].values()
    assert {session["customer"] for session in found} == {customer["id"]}


def test_customer_that_stripe_forgot_is_made_anew(debtor: Debtor) -> None:
    debtor.checkout()
    debtor.stripe.account.objects["customer"].clear()
    debtor.invoice = things.invoice(debtor.user)

    session = debtor.stripe.session(debtor.checkout())

    assert session["customer"] in debtor.stripe.account.objects["customer"]


def test_expired_checkout_is_replaced(debtor: Debtor) -> None:
    first = debtor.checkout()
    sessions.expire(debtor.stripe.account, debtor.stripe.session(first))

    second = debtor.checkout()

    assert second != first
    assert debtor.record.attributes["stripe_session_id"] == second


def test_checkout_that_is_nearly_over_is_replaced_and_ended(debtor: Debtor) -> None:
    first = debtor.checkout()
    debtor.stripe.session(first)["expires_at"] -= 86_400 - 500

    second = debtor.checkout()

    assert second != first
    assert debtor.stripe.session(first)["status"] == "expired"


def test_another_total_has_another_checkout(debtor: Debtor) -> None:
    first = debtor.checkout()
    things.put(debtor.invoice, attributes={"total_cents": 700})

    second = debtor.stripe.session(debtor.checkout())

    assert second["amount_total"] == 700
    assert debtor.stripe.session(first)["status"] == "expired"


def test_who_wants_to_come_back_elsewhere_gets_another_checkout(debtor: Debtor) -> None:
    first = debtor.checkout()

    second = debtor.checkout(success_url="https://www.hoster.test/paid?from=mail#top")

    assert debtor.stripe.session(first)["status"] == "expired"
    assert debtor.stripe.session(second)["success_url"] == (
        "https://www.hoster.test/paid?from=mail&session_id={CHECKOUT_SESSION_ID}#top"
    )


def test_nobody_is_led_out_of_the_web_app(debtor: Debtor) -> None:
    reply = debtor.pay(success_url="https://evil.test/", cancel_url="//evil.test")

    assert (reply.status, reply.codes) == (422, ["invalid", "invalid"])
    assert [error["source"]["pointer"] for error in reply.body["errors"]] == [
        "/data/attributes/success_url",
        "/data/attributes/cancel_url",
    ]
    assert debtor.stripe.http.calls == []


@pytest.mark.parametrize(("status", "code"), [("draft", "invoice_draft"), ("paid", "invoice_paid")])
def test_what_is_not_owed_cannot_be_paid(
    here: Checked, owner: str, debtor: Debtor, status: str, code: str
) -> None:
    debtor.invoice = things.invoice(owner, status=status)

    reply = debtor.pay()

    assert (reply.status, reply.codes) == (409, [code])
    assert debtor.stripe.http.calls == []


def test_what_is_removed_is_not_there(debtor: Debtor) -> None:
    things.put(debtor.invoice, status="removed")

    assert debtor.pay().status == 404


def test_nothing_is_not_paid(debtor: Debtor) -> None:
    things.put(debtor.invoice, attributes={"total_cents": 0})

    assert (debtor.pay().status, debtor.pay().codes) == (400, ["no_amount"])


def test_who_has_paid_and_was_not_told_pays_no_second_time(debtor: Debtor) -> None:
    debtor.stripe.pay(debtor.checkout())

    reply = debtor.pay()

    assert (reply.status, reply.codes) == (409, ["invoice_paid"])
    assert (debtor.status, debtor.entries()) == ("paid", [("payment", -CENTS)])


def test_debit_that_is_under_way_is_waited_for(debtor: Debtor) -> None:
    debtor.stripe.debit(debtor.checkout())

    reply = debtor.pay()

    assert (reply.status, reply.codes) == (409, ["payment_under_way"])
    assert debtor.status == "pending"


@pytest.mark.parametrize("hears", [True, False])
def test_debit_that_failed_is_paid_again(debtor: Debtor, hears: bool) -> None:
    session = debtor.checkout()
    debtor.stripe.debit(session, cards.EMPTY_ACCOUNT)
    cards.settle(debtor.stripe.account, debtor.stripe.session(session))
    if hears:
        debtor.tell()
        assert debtor.status == "failed"

    again = debtor.checkout()

    assert again != session
    assert debtor.status == "pending"


def test_outage_is_told_and_the_next_try_is_another_one(debtor: Debtor, here: Checked) -> None:
    debtor.checkout()
    debtor.invoice = things.invoice(debtor.user)
    path = f"/invoices/{debtor.invoice}/pay"
    debtor.stripe.http.failures = [500, 500]

    reply = here.world.call("POST", path, user=debtor.user)

    assert (reply.status, reply.codes) == (502, ["provider_unavailable"])
    assert debtor.status == "pending"
    assert debtor.stripe.session(debtor.checkout())["status"] == "open"
    assert debtor.record.attributes["checkout_number"] == 2


def test_two_at_once_are_led_to_one_checkout(
    debtor: Debtor, monkeypatch: pytest.MonkeyPatch
) -> None:
    came: list[str] = []
    # Somebody presses the button in another window.
    between(monkeypatch, debtor, lambda: came.append(debtor.checkout()))

    assert debtor.checkout() == came[0]
    assert len(debtor.stripe.account.objects[sessions.KIND]) == 1


def test_payment_that_comes_between_ends_the_other_checkout(
    debtor: Debtor, monkeypatch: pytest.MonkeyPatch
) -> None:
    between(monkeypatch, debtor, lambda: things.put(debtor.invoice, status="paid"))

    reply = debtor.pay()

    assert (reply.status, reply.codes) == (409, ["stale"])
    [session] = debtor.stripe.account.objects[sessions.KIND].values()
    assert session["status"] == "expired"
    assert DONE not in [event["type"] for event in debtor.stripe.events()]


def between(monkeypatch: pytest.MonkeyPatch, debtor: Debtor, *happens: Any) -> None:
    """Have something happen right before each of the next writes of the invoice."""
    store, left = wiring.records(), list(happens)
    commit = store.commit

    def committing(*writes: Any) -> None:
        if left and any(isinstance(w, Change) and w.of.id == debtor.invoice for w in writes):
            left.pop(0)()
        commit(*writes)

    monkeypatch.setattr(store, "commit", committing)


def test_webhook_of_the_checkout_that_was_ended_costs_nothing(
    debtor: Debtor, monkeypatch: pytest.MonkeyPatch
) -> None:
    debtor.checkout()
    between(monkeypatch, debtor, lambda: debtor.tell("checkout.session.expired"))

    second = debtor.checkout(success_url="https://hoster.test/other")

    assert debtor.stripe.session(second)["status"] == "open"
    assert debtor.record.attributes["stripe_session_id"] == second


def test_checkout_that_was_ended_is_never_led_to(
    debtor: Debtor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its key is repeated, since nothing of it was written down."""
    between(
        monkeypatch,
        debtor,
        lambda: things.put(debtor.invoice, status="carried"),
        lambda: None,
    )
    assert debtor.pay().status == 409
    things.put(debtor.invoice, status="pending")

    session = debtor.checkout()

    assert debtor.stripe.session(session)["status"] == "open"
    assert len(debtor.stripe.account.objects[sessions.KIND]) == 2
    assert debtor.checkout() == session


def test_debit_that_comes_in_at_this_moment_is_not_paid_twice(debtor: Debtor) -> None:
    """The session was looked up before the money came, its payment after that."""
    session = debtor.checkout()
    debtor.stripe.debit(session)
    payment = debtor.stripe.session(session)["payment_intent"]
    debtor.stripe.account.get("payment_intent", payment)["status"] = "succeeded"

    reply = debtor.pay()

    assert (reply.status, reply.codes) == (409, ["payment_under_way"])
    assert debtor.stripe.http.calls.count(ASKED) == 1
