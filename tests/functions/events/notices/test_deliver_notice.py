"""Deliveries are signed, tried again with pauses, end after a day, and can be sent once more."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from chalicelib.domain.notices import retries
from chalicelib.runtime import wiring
from tests.functions.checks import Checked
from tests.functions.notices import (
    asked,
    deliver,
    deliveries,
    forget_all,
    go_round,
    hook,
    received,
    tell,
)


@pytest.fixture(autouse=True)
def _nothing_waits(here: Checked) -> None:
    """Begin without what other tests left to be told."""
    forget_all()


def send_test(here: Checked, channel: str, owner: str) -> str:
    reply = here.call("POST", f"{channel}/test", user=owner, kind="notice_deliveries")
    assert reply.status == 202, reply.body
    return reply.id


def test_receiver_can_verify_what_it_gets(here: Checked, owner: str) -> None:
    given = {"kind": "webhook", "url": "https://hooks.example.com/in"}
    made = here.call("POST", "/notice_channels", given, user=owner)
    secret = made.attributes["secret"]
    sent = send_test(here, f"/notice_channels/{made.id}", owner)

    deliver()

    [(target, body, headers)] = here.world.hooks.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == json.loads(body)["id"] == sent
    assert (target.host, target.path) == ("hooks.example.com", "/in")


def test_secret_that_followed_another_signs_beside_it_for_a_day(here: Checked, owner: str) -> None:
    channel = hook(here, owner)
    rotated = here.call("POST", f"{channel}/rotate_secret", user=owner)
    assert rotated.attributes["secret"].startswith("whsec_")
    counts = []

    for later in (0, 25 * 3600):
        here.world.skew += later
        send_test(here, channel, owner)
        deliver()
        counts.append(len(here.world.hooks.got[-1][2]["webhook-signature"].split()))

    assert counts == [2, 1]


def test_delivery_that_fails_is_tried_again_later_and_no_sooner(here: Checked, owner: str) -> None:
    channel = hook(here, owner)
    here.world.hooks.answers = [500]
    again = [{"delivery": send_test(here, channel, owner)}]
    deliver()

    deliver(again)
    [early] = deliveries(here, channel, owner)
    here.world.skew += retries.WAITS[0] + 1
    deliver(again)
    [late] = deliveries(here, channel, owner)

    assert (early["status"], early["attempt_count"]) == ("pending", 1)
    assert early["attempts"][0]["response_status"] == 500
    assert (late["status"], late["attempt_count"]) == ("delivered", 2)
    assert len({body["id"] for body in received(here)}) == 1


def test_delivery_is_given_up_after_a_day_and_told_of(here: Checked, owner: str) -> None:
    channel = hook(here, owner)
    here.world.hooks.answers = [503] * retries.ATTEMPTS
    send_test(here, channel, owner)
    deliver()
    for wait in retries.WAITS:
        asked()
        here.world.skew += wait + 1
        go_round()
        deliver()

    [one] = deliveries(here, channel, owner)
    shown = here.call("GET", channel, user=owner).attributes
    trail = [entry.name for entry in wiring.records().journal(channel.split("/")[-1], limit=9)]
    assert (one["status"], one["attempt_count"]) == ("failed", retries.ATTEMPTS)
    assert one["next_attempt_at"] is None
    assert shown["failing_since"] is not None
    assert shown["last_delivery"]["response_status"] == 503
    assert "notices_failing" in trail


def test_channel_that_works_again_is_not_failing_any_more(here: Checked, owner: str) -> None:
    channel = hook(here, owner)
    here.world.hooks.answers = [410]
    sent = send_test(here, channel, owner)
    deliver()
    failed = here.call("GET", channel, user=owner).attributes["failing_since"]

    path = f"{channel}/deliveries/{sent}/replay"
    again = here.call("POST", path, user=owner, kind="notice_deliveries")
    deliver()

    assert failed is not None
    assert again.status == 202
    assert here.call("GET", channel, user=owner).attributes["failing_since"] is None
    assert [body["id"] for body in received(here)] == [sent, sent]


def test_delivery_under_way_is_not_sent_once_more(here: Checked, owner: str) -> None:
    channel = hook(here, owner)
    sent = send_test(here, channel, owner)

    path = f"{channel}/deliveries/{sent}/replay"
    reply = here.call("POST", path, user=owner, kind="notice_deliveries")

    assert (reply.status, reply.codes) == (409, ["delivery_pending"])


def test_answer_that_leads_elsewhere_is_no_delivery(here: Checked, owner: str) -> None:
    channel = hook(here, owner)
    here.world.hooks.answers = [302]
    send_test(here, channel, owner)

    deliver()

    [one] = deliveries(here, channel, owner)
    assert one["status"] == "pending"
    assert "not followed" in one["attempts"][0]["detail"]


def test_message_that_comes_twice_is_sent_once(here: Checked, owner: str) -> None:
    send_test(here, hook(here, owner), owner)
    messages = asked()

    deliver(messages)
    deliver(messages)

    assert len(received(here)) == 1


def test_delivery_whose_function_died_is_tried_again(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_test(here, hook(here, owner), owner)
    monkeypatch.setattr(here.world.hooks, "post", died)
    deliver()
    monkeypatch.undo()

    tell(here, later=10)
    before = len(received(here))
    tell(here, later=200)

    assert (before, len(received(here))) == (0, 1)


def died(*_: object) -> None:
    raise RuntimeError("told to die")


def test_what_is_no_message_is_left(here: Checked) -> None:
    assert deliver([{"delivery": 1}, {"other": "x"}]) == ["0", "1"]


def test_channel_that_is_off_gets_nothing_but_tests(here: Checked, owner: str) -> None:
    channel = hook(here, owner)
    assert here.call("PATCH", channel, {"enabled": False}, user=owner).status == 200

    send_test(here, channel, owner)
    deliver()

    assert len(received(here)) == 1
