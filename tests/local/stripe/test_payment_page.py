"""What somebody who pays at the local Stripe's page meets."""

from __future__ import annotations

import pytest

from infra.local.stripe import paying
from tests.local.stripe.rig import Rig


def status(rig: Rig, session_id: str) -> tuple[str, str]:
    found = rig.api.get(f"/v1/checkout/sessions/{session_id}").json()
    return found["status"], found["payment_status"]


def test_page_says_what_is_paid_and_leads_back(rig: Rig) -> None:
    page = rig.browser.get(f"/c/pay/{rig.opened()['id']}").text

    assert "5.00 USD" in page
    assert "Invoice 1" in page
    assert 'href="https://shop.example/cancelled"' in page
    for field in ("card", "expiry", "cvc", "account"):
        assert f'<label for="{field}">' in page
        assert f'id="{field}"' in page


def test_good_card_pays_and_leads_to_the_shop(rig: Rig) -> None:
    session = rig.opened()

    answer = rig.type_in(session, "4242 4242 4242 4242")

    assert (answer.status_code, answer.headers["Location"]) == (
        *(303, f"https://shop.example/done?session_id={session['id']}"),
    )
    assert status(rig, session["id"]) == ("complete", "paid")
    assert rig.browser.get(f"/c/pay/{session['id']}").status_code == 410
    assert rig.type_in(session, paying.GOOD_CARD).status_code == 410


@pytest.mark.parametrize(
    ("number", "said"),
    [(paying.DECLINED_CARD, "Your card was declined."), ("1234", "none of the test numbers")],
)
def test_card_that_does_not_pay_leaves_the_session_open(rig: Rig, number: str, said: str) -> None:
    session = rig.opened()

    answer = rig.type_in(session, number)

    assert answer.status_code == 402
    assert said in answer.text
    assert 'role="alert"' in answer.text
    assert status(rig, session["id"]) == ("open", "unpaid")
    assert rig.type_in(session, paying.GOOD_CARD).status_code == 303


def test_bank_asks_the_holder_of_a_card(rig: Rig) -> None:
    session = rig.opened()
    asked = rig.type_in(session, paying.SECURE_CARD)
    proof = asked.headers["Location"]
    assert (asked.status_code, proof) == (303, f"/c/pay/{session['id']}/proof")

    refused = rig.browser.post(proof, data={"proof": "no"})
    assert refused.status_code == 402
    assert "unable to authenticate" in refused.text
    assert f'action="/c/pay/{session["id"]}"' in refused.text
    assert status(rig, session["id"]) == ("open", "unpaid")

    accepted = rig.browser.post(proof, data={"proof": "yes"})
    assert accepted.status_code == 303
    assert status(rig, session["id"]) == ("complete", "paid")


@pytest.mark.parametrize(
    ("number", "paid", "told"),
    [
        (paying.GOOD_ACCOUNT, "paid", "checkout.session.async_payment_succeeded"),
        (paying.EMPTY_ACCOUNT, "unpaid", "checkout.session.async_payment_failed"),
    ],
)
def test_debit_is_settled_later(rig: Rig, number: str, paid: str, told: str) -> None:
    session = rig.opened()

    assert rig.type_in(session, number, "us_bank_account").status_code == 303
    assert status(rig, session["id"]) == ("complete", "unpaid")

    rig.local(f"/sessions/{session['id']}/settle")
    assert status(rig, session["id"]) == ("complete", paid)
    assert rig.api.get("/v1/events", params={"limit": 1}).json()["data"][0]["type"] == told


def test_page_of_nothing_says_so(rig: Rig) -> None:
    assert rig.browser.get("/c/pay/cs_test_no").status_code == 404
