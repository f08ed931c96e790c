"""What comes back of letters silences their address, once, in any order, and is told elsewhere."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from chalicelib.runtime import wiring
from chalicelib.services.notices.mail_addresses import id_of
from chalicelib.services.notices.notice_channels import own_id
from functions.events.notices import deliver_notice
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.letters import hand_over as hand_over_letters
from tests.functions.mail_returns import event, hand_over
from tests.functions.notices import (
    agreed,
    asked,
    deliver,
    follow_link,
    forget_all,
    happened,
    hook,
    link_of,
    mailbox,
    received,
    tell,
)
from tests.permissions import watched_as

TEAM = "team@example.com"


@pytest.fixture(autouse=True)
def _nothing_waits(here: Checked) -> None:
    """Begin without what other tests left to be told."""
    forget_all()


def down(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="running")
    happened(app, "failed", code="container_exited", detail="web ended with status 1")
    tell(here)


def shown(here: Checked, channel: str, owner: str) -> dict[str, Any]:
    return here.call("GET", channel, user=owner).attributes


def names(channel: str) -> list[str]:
    entries = wiring.records().journal(channel.rsplit("/", 1)[1], limit=20)
    return [entry.name for entry in entries]


def id_in(channel: str) -> str:
    return channel.rsplit("/", 1)[1]


def test_bounce_silences_the_channel_and_says_why(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)

    assert hand_over(event(TEAM, id_in(channel))) == []
    down(here, owner)

    after = shown(here, channel, owner)
    assert after["status"] == "undeliverable"
    assert after["undeliverable"] == {
        "reason": "bounced",
        "at": "2026-02-15T10:05:00.000Z",
        "detail": "The mail server there refuses letters. It said: 550 no such user",
    }
    assert names(channel)[0] == "address_undeliverable"
    assert here.world.mail.sent == []


def test_own_address_is_told_of_another_that_bounced_and_once(here: Checked, owner: str) -> None:
    here.world.people.add(owner, "me@example.com")
    channel = agreed(here, owner)

    for _ in range(3):
        assert hand_over(event(TEAM, id_in(channel))) == []
        deliver()

    [letter] = here.world.mail.sent
    assert (letter.to, letter.subject) == ("me@example.com", f"Notices do not reach {TEAM}")
    assert "550 no such user" in letter.text
    assert names(channel).count("address_undeliverable") == 1


def test_own_address_that_bounced_is_told_by_other_channels(here: Checked, owner: str) -> None:
    here.world.people.add(owner, "me@example.com")
    down(here, owner)
    hook(here, owner)
    agreed(here, owner)
    here.world.mail.sent.clear()

    hand_over(event("me@example.com", own_id(owner)))
    deliver()

    [told] = received(here)
    assert (told["type"], told["subject"]) == (
        "channel.failed",
        "Notices do not reach your own address",
    )
    assert [letter.to for letter in here.world.mail.sent] == [TEAM]
    [own] = [
        one["attributes"]
        for one in here.call("GET", "/notice_channels", user=owner).body["data"]
        if one["attributes"]["own"]
    ]
    assert own["status"] == "undeliverable"


def test_password_letter_that_bounced_is_the_own_channels(here: Checked, owner: str) -> None:
    here.world.people.add(owner, f"{owner}@example.com")
    hand_over_letters({"email": f"{owner}@example.com"})
    [letter] = here.world.mail.sent
    here.call("GET", "/notice_channels", user=owner)

    hand_over(event(letter.to, letter.channel))

    assert letter.unsubscribe == ""
    assert wiring.records().get(own_id(owner)).status == "undeliverable"


def test_password_letter_goes_also_to_an_address_that_complained(here: Checked, owner: str) -> None:
    """Whoever asks for it would be locked out for good."""
    email = f"{owner}@example.com"
    here.world.people.add(owner, email)
    hand_over(event(email, own_id(owner), kind="Complaint"))

    hand_over_letters({"email": email})

    assert [letter.to for letter in here.world.mail.sent] == [email]


@pytest.mark.parametrize("order", [*permutations(("Permanent", "Complaint", "Transient"))])
def test_any_order_ends_in_the_gravest(here: Checked, owner: str, order: tuple[str, ...]) -> None:
    channel = agreed(here, owner)

    for number, kind in enumerate(order):
        told = event(TEAM, id_in(channel), kind=kind, letter=f"m-{number}")
        assert hand_over(told, told) == []

    assert shown(here, channel, owner)["undeliverable"]["reason"] == "complained"
    assert wiring.records().get(id_of(TEAM)).status == "complained"


def test_letters_that_come_back_for_now_are_told_when_they_are_several(
    here: Checked, owner: str
) -> None:
    channel = agreed(here, owner)
    told = [
        event(TEAM, id_in(channel), kind="Transient", letter=f"m-{n}", at=f"2026-02-1{n}T10:00:00Z")
        for n in range(1, 5)
    ]

    for one in (told[0], told[0], told[1], told[0]):
        hand_over(one)
    two = shown(here, channel, owner)
    hand_over(told[3])
    three = shown(here, channel, owner)
    hand_over(told[2])
    four = shown(here, channel, owner)

    assert (two["status"], two["returned"]) == ("active", None)
    assert (three["status"], three["returned"]) == (
        "active",
        {
            "count": 3,
            "since": "2026-02-11T10:00:00.000Z",
            "last_at": "2026-02-14T10:00:00.000Z",
            "detail": "The mailbox is full. It said: 550 no such user",
        },
    )
    assert four["returned"]["count"] == 4
    assert names(channel).count("letters_returned") == 1


def test_letters_that_came_back_long_apart_are_not_several(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)

    for month in ("01", "02", "03"):
        at = f"2026-{month}-01T10:00:00Z"
        hand_over(event(TEAM, id_in(channel), kind="Transient", letter=month, at=at))

    assert shown(here, channel, owner)["returned"] is None
    assert "letters_returned" not in names(channel)


def test_returns_are_forgotten_when_letters_arrive_for_long(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    for number in range(3):
        told = event(TEAM, id_in(channel), kind="Transient", letter=f"m-{number}", at=wiring.now())
        hand_over(told)
    assert shown(here, channel, owner)["returned"]["count"] == 3
    here.world.skew += 15 * 86400

    down(here, owner)

    assert shown(here, channel, owner)["returned"] is None


def test_complaint_stops_every_account_that_writes_there(here: Checked, owner: str) -> None:
    mine, others = agreed(here, owner), agreed(here, f"{owner}-other")
    hand_over(event(TEAM, id_in(mine), kind="Complaint"))

    down(here, f"{owner}-other")

    assert here.world.mail.sent == []
    assert shown(here, others, f"{owner}-other")["undeliverable"]["reason"] == "complained"


def test_complained_address_is_asked_by_nobody(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    hand_over(event(TEAM, id_in(channel), kind="Complaint"))

    refused = here.call("POST", f"{channel}/confirmation", user=owner)
    here.call("DELETE", channel, user=owner)
    again = mailbox(here, owner)
    deliver()

    assert (refused.status, refused.codes) == (409, ["address_complained"])
    assert here.world.mail.sent == []
    assert shown(here, again, owner)["status"] == "undeliverable"


def test_reader_who_complained_may_change_their_mind(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    hand_over(event(TEAM, id_in(channel), kind="Complaint"))
    link = wiring.records().get(id_in(channel)).attributes["reader_link"]

    follow_link(here, f"{id_in(channel)}.{link}")
    down(here, owner)

    assert [letter.to for letter in here.world.mail.sent] == [TEAM]
    assert shown(here, channel, owner)["undeliverable"] is None


def test_address_that_bounced_is_confirmed_anew(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    hand_over(event(TEAM, id_in(channel), at=wiring.now()))
    here.world.skew += 60

    asking = here.call("POST", f"{channel}/confirmation", user=owner)
    deliver()
    [letter] = here.world.mail.sent
    follow_link(here, link_of(channel))
    down(here, owner)

    assert asking.attributes["status"] == "undeliverable"
    assert "may come again" in letter.text
    assert letter.unsubscribe == ""
    assert shown(here, channel, owner)["status"] == "active"
    assert len(here.world.mail.sent) == 2


def test_bounce_of_before_the_confirmation_comes_too_late(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    before = wiring.now()
    hand_over(event(TEAM, id_in(channel), at=before))
    here.world.skew += 60
    here.call("POST", f"{channel}/confirmation", user=owner)
    follow_link(here, link_of(channel))

    hand_over(event(TEAM, id_in(channel), at=before, letter="m-9"))
    late = shown(here, channel, owner)["status"]
    here.world.skew += 60
    hand_over(event(TEAM, id_in(channel), at=wiring.now(), letter="m-10"))

    assert late == "active"
    assert shown(here, channel, owner)["status"] == "undeliverable"


def test_reader_who_said_no_is_asked_twice_and_then_seldom(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    link = wiring.records().get(id_in(channel)).attributes["reader_link"]
    here.call("POST", f"/notice_unsubscriptions/{id_in(channel)}.{link}")
    here.world.skew += 600

    answers = []
    for _ in range(3):
        here.world.skew += 120
        answers.append(here.call("POST", f"{channel}/confirmation", user=owner).status)

    assert answers == [200, 200, 429]
    assert shown(here, channel, owner)["status"] == "muted"


def test_what_is_unknown_or_of_another_is_left_alone(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    here.world.people.add(owner, "new@example.com")
    here.call("GET", "/notice_channels", user=owner)

    failed = hand_over(
        event("nobody@example.com", "chn_0000000000000000"),
        event("nobody@example.com"),
        event("other@example.com", id_in(channel)),
        event("old@example.com", own_id(owner)),
        {"eventType": "Delivery", "mail": {"destination": [TEAM]}},
    )

    assert failed == []
    assert shown(here, channel, owner)["status"] == "active"
    assert wiring.records().get(own_id(owner)).status == "active"
    assert asked() == []


def test_what_cannot_be_read_or_settled_is_told_again_and_keeps_no_other_back(
    here: Checked, owner: str
) -> None:
    here.world.people.add(owner, "me@example.com")
    here.call("GET", "/notice_channels", user=owner)
    channel = agreed(here, owner)
    here.world.people.failures = ["refused"]

    failed = hand_over(
        event("me@example.com", own_id(owner)),
        {},
        {"eventType": "Bounce", "mail": {}, "bounce": {"bounceType": "Permanent"}},
        event(TEAM, id_in(channel)),
    )

    assert failed == ["1", "2", "0"]
    assert shown(here, channel, owner)["status"] == "undeliverable"
    assert wiring.records().get(own_id(owner)).status == "active"


def test_complaint_that_is_taken_back_is_none(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    told = event(TEAM, id_in(channel), kind="Complaint")
    told["complaint"]["complaintFeedbackType"] = "not-spam"

    assert hand_over(told) == []
    assert shown(here, channel, owner)["status"] == "active"


def test_greeting_of_the_mail_service_is_no_failure(here: Checked) -> None:
    body = "Successfully validated SNS topic for Amazon SES event publishing."
    records = [{"messageId": "0", "body": body}]
    [declaration] = deliver_notice.handler.declarations

    with watched_as("deliver_notice", declaration):
        answer = deliver_notice.handler({"Records": records}, None)

    assert answer == {"batchItemFailures": []}
