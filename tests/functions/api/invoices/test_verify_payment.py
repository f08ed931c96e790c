"""The same question as `GET /v1/billing/verify-payment`, asked with a document."""

from __future__ import annotations

import pytest

from tests.functions.checks import Checked
from tests.functions.paying import CENTS, Debtor
from tests.world import Reply


def verify(debtor: Debtor, session: str, **more: str) -> Reply:
    given = {"session_id": session, **more}
    return debtor.here.call("POST", "/invoices/verify-payment", given, user=debtor.user)


def test_paid_checkout_pays_its_invoice(here: Checked, owner: str) -> None:
    debtor = Debtor(here, owner)
    session = debtor.checkout()
    debtor.stripe.pay(session)

    replies = [verify(debtor, session) for _ in range(2)]

    for reply in replies:
        assert reply.attributes == {
            "invoice_id": debtor.invoice,
            "paid": True,
            "status": "paid",
            "kind": "month",
            "plan": None,
        }
        assert reply.body["data"]["paid"] is True
    assert debtor.entries() == [("payment", -CENTS)]


@pytest.mark.parametrize("session", ["", "..", "pi_1", "cs_a/b", "cs_" + "x" * 126])
def test_what_is_no_checkout_is_refused(here: Checked, owner: str, session: str) -> None:
    debtor = Debtor(here, owner)

    reply = verify(debtor, session)

    assert (reply.status, reply.codes) == (422, ["invalid"])
    assert debtor.stripe.http.calls == []


@pytest.mark.parametrize("claim", ["paid", "status", "payment_status"])
def test_nobody_says_that_an_invoice_is_paid(here: Checked, owner: str, claim: str) -> None:
    debtor = Debtor(here, owner)
    session = debtor.checkout()

    reply = verify(debtor, session, **{claim: "paid"})

    assert reply.status in {403, 422}
    assert verify(debtor, session).attributes["paid"] is False
    assert debtor.status == "pending"
