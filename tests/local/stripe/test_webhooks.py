"""Webhooks of the local Stripe: signed, tried again, and as unreliable as is asked for."""

from __future__ import annotations

import json

import pytest
import stripe

from infra.local.stripe import webhooks
from infra.local.stripe.paying import GOOD_CARD
from tests.local.serving import until
from tests.local.stripe.rig import SECRET, Rig

DONE = "checkout.session.completed"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "FIRST_WAIT", 0.01)


def kinds(rig: Rig, count: int) -> list[str]:
    return [json.loads(body)["type"] for body, _ in rig.heard(count)]


def pay(rig: Rig) -> None:
    assert rig.type_in(rig.opened(), GOOD_CARD).status_code == 303


def test_every_webhook_is_signed_so_that_the_library_believes_it(rig: Rig) -> None:
    pay(rig)

    assert kinds(rig, 3) == ["payment_intent.succeeded", "charge.succeeded", DONE]
    for body, signature in rig.shop.came:
        event = stripe.Webhook.construct_event(body, signature, SECRET)
        assert event.type in {"payment_intent.succeeded", "charge.succeeded", DONE}


def test_webhook_is_tried_until_it_is_taken(rig: Rig) -> None:
    rig.shop.statuses = [500, 503]

    pay(rig)

    until(lambda: len(rig.webhooks.sent) == 5)
    tries = [(one["status"], one["try"]) for one in rig.webhooks.sent]
    assert sorted(tries) == [(200, 1), (200, 2), (200, 2), (500, 1), (503, 1)]


@pytest.mark.parametrize(("play", "times"), [("lose", 0), ("duplicate", 2), ("delay", 1)])
def test_webhook_is_lost_doubled_or_late(rig: Rig, play: str, times: int) -> None:
    rig.local("/webhooks", type=DONE, play=play, value=0.05)

    pay(rig)

    assert kinds(rig, 2 + times).count(DONE) == times
    until(lambda: not rig.webhooks.waiting)
    pay(rig)
    assert kinds(rig, 5 + times).count(DONE) == times + 1


def test_webhook_that_fails_on_purpose_is_tried_again(rig: Rig) -> None:
    rig.local("/webhooks", type=DONE, play="fail", value=2)

    pay(rig)

    assert kinds(rig, 3).count(DONE) == 1
    until(lambda: len(rig.webhooks.sent) == 5)
    done = [one["status"] for one in rig.webhooks.sent if one["type"] == DONE]
    assert done == [0, 0, 200]


def test_held_webhooks_come_in_the_opposite_order(rig: Rig) -> None:
    rig.local("/webhooks", play="hold", times=3)
    pay(rig)
    assert rig.browser.get("/_local/webhooks").json() == {"sent": [], "waiting": 0, "held": 3}

    rig.local("/webhooks/release", reversed=True)

    assert kinds(rig, 3) == [DONE, "charge.succeeded", "payment_intent.succeeded"]


def test_event_is_sent_once_more(rig: Rig) -> None:
    pay(rig)
    rig.heard(3)
    event = json.loads(rig.shop.came[-1][0])

    rig.local(f"/events/{event['id']}/send")

    assert json.loads(rig.heard(4)[3][0]) == event


def test_dispute_is_opened_and_decided(rig: Rig) -> None:
    session = rig.opened()
    rig.type_in(session, GOOD_CARD)
    intent = rig.api.get(f"/v1/checkout/sessions/{session['id']}").json()["payment_intent"]

    dispute = rig.local("/disputes", payment_intent=intent)
    rig.local(f"/disputes/{dispute['id']}/close", status="won")

    assert kinds(rig, 5)[3:] == ["charge.dispute.created", "charge.dispute.closed"]
    assert (dispute["amount"], dispute["status"]) == (500, "needs_response")
    assert rig.api.get(f"/v1/disputes/{dispute['id']}").json()["status"] == "won"
