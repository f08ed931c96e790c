"""Whoever reads the letters has them stopped, by one click of a mail program or by the page."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from chalicelib.runtime import wiring
from chalicelib.services.notices.notice_channels import own_id
from tests.functions import mail_returns, things
from tests.functions.checks import Checked
from tests.functions.notices import agreed, deliver, forget_all, happened, hook, mailbox, tell
from tests.world import Reply


@pytest.fixture(autouse=True)
def _nothing_waits(here: Checked) -> None:
    """Begin without what other tests left to be told."""
    forget_all()


def down(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="running")
    happened(app, "failed", code="container_exited", detail="web ended with status 1")
    tell(here)


def token_of(here: Checked) -> str:
    """What the last letter's header carries."""
    path = urlsplit(here.world.mail.sent[-1].unsubscribe).path
    return path.removeprefix("/api/v1/notice_unsubscriptions/")


def click(here: Checked, token: str, **more: object) -> Reply:
    """Post as mail programs do (RFC 8058)."""
    return here.call("POST", f"/notice_unsubscriptions/{token}", **more)


def shown(here: Checked, channel: str, owner: str) -> dict:
    return here.call("GET", channel, user=owner).attributes


def test_letter_carries_both_ways_and_one_click_ends_it(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    down(here, owner)
    [letter] = here.world.mail.sent
    token = token_of(here)
    assert letter.unsubscribe == f"https://hoster.test/api/v1/notice_unsubscriptions/{token}"
    assert f"https://hoster.test/unsubscribe#{token}" in letter.text
    assert f"https://hoster.test/unsubscribe#{token}" in letter.html

    reply = click(
        here,
        token,
        body="List-Unsubscribe=One-Click",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    down(here, owner)

    after = shown(here, channel, owner)
    assert reply.attributes == {
        "address": "team@example.com",
        "own": False,
        "muted_at": after["muted_at"],
    }
    assert (after["status"], after["enabled"]) == ("muted", True)
    assert here.world.mail.sent == [letter]
    trail = [entry.name for entry in wiring.records().journal(channel.split("/")[-1], limit=9)]
    assert trail[0] == "muted_by_reader"


def test_second_click_changes_nothing(here: Checked, owner: str) -> None:
    agreed(here, owner)
    down(here, owner)
    first = click(here, token_of(here))
    here.world.skew += 3600

    again = click(here, token_of(here))

    assert (again.status, again.attributes) == (200, first.attributes)


def test_owner_cannot_simply_turn_it_on(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    down(here, owner)
    click(here, token_of(here))

    here.call("PATCH", channel, {"enabled": True}, user=owner)
    refused = here.call("POST", f"{channel}/test", user=owner, kind="notice_deliveries")
    down(here, owner)

    assert shown(here, channel, owner)["status"] == "muted"
    assert (refused.status, refused.codes) == (409, ["muted"])
    assert len(here.world.mail.sent) == 1


def test_one_channel_is_silenced_and_no_other(here: Checked, owner: str) -> None:
    agreed(here, owner)
    agreed(here, owner, "other@example.com")
    down(here, owner)
    silenced = here.world.mail.sent[-1].to
    click(here, token_of(here))
    here.world.mail.sent.clear()

    down(here, owner)

    [heard] = [letter.to for letter in here.world.mail.sent]
    assert {heard, silenced} == {"team@example.com", "other@example.com"}


def test_own_address_hears_of_what_is_owed_all_the_same(here: Checked, owner: str) -> None:
    here.world.people.add(owner, "me@example.com")
    down(here, owner)
    reply = click(here, token_of(here))
    here.world.mail.sent.clear()

    down(here, owner)
    happened(things.invoice(owner), "invoice_overdue")
    tell(here)

    [letter] = here.world.mail.sent
    assert reply.attributes["own"]
    assert letter.subject.endswith("is to be paid")
    assert letter.unsubscribe == ""
    assert "unsubscribe" not in letter.text


def test_channel_of_before_there_were_links_is_given_one(here: Checked, owner: str) -> None:
    channel = agreed(here, owner).rsplit("/", 1)[1]
    things.put(channel, attributes={"reader_link": None})

    down(here, owner)

    assert click(here, token_of(here)).status == 200


def test_wrong_link_is_no_link(here: Checked, owner: str) -> None:
    channel = agreed(here, owner).rsplit("/", 1)[1]
    down(here, owner)
    good = token_of(here)
    other = hook(here, owner).rsplit("/", 1)[1]

    for wrong in (
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        f"{other}.{good.partition('.')[2]}",
        f"{channel}.",
        channel,
        "chn_0000000000000000.x",
        "%0d%0aX",
    ):
        assert click(here, wrong).status == 404, wrong
    assert wiring.records().get(channel).status == "active"


def test_link_of_a_channel_that_is_gone_is_taken(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    down(here, owner)
    here.call("DELETE", channel, user=owner)

    assert click(here, token_of(here)).status == 200


def test_reader_has_them_come_again_by_the_same_link(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    down(here, owner)
    token = token_of(here)
    click(here, token)

    reply = here.call("POST", "/notice_confirmations", {"token": token})
    down(here, owner)

    after = shown(here, channel, owner)
    assert reply.attributes == {"address": "team@example.com"}
    assert (after["status"], after["muted_at"]) == ("active", None)
    assert len(here.world.mail.sent) == 2


def test_readers_link_confirms_nothing_that_was_never_agreed_to(here: Checked, owner: str) -> None:
    channel = mailbox(here, owner).rsplit("/", 1)[1]
    link = wiring.records().get(channel).attributes["reader_link"]

    reply = here.call("POST", "/notice_confirmations", {"token": f"{channel}.{link}"})

    assert reply.status == 400
    assert wiring.records().get(channel).status == "unconfirmed"


def test_letter_that_was_on_its_way_is_not_sent(here: Checked, owner: str) -> None:
    channel = agreed(here, owner)
    down(here, owner)
    sent = here.call("POST", f"{channel}/test", user=owner, kind="notice_deliveries").id
    click(here, token_of(here))

    deliver()

    [found] = [
        one
        for one in here.call("GET", f"{channel}/deliveries", user=owner).body["data"]
        if one["id"] == sent
    ]
    assert found["attributes"]["status"] == "failed"
    assert shown(here, channel, owner)["failing_since"] is None


def test_address_that_bounced_stays_so(here: Checked, owner: str) -> None:
    here.world.people.add(owner, "me@example.com")
    down(here, owner)
    token = token_of(here)
    mail_returns.hand_over(mail_returns.event("me@example.com", own_id(owner)))

    assert click(here, token).attributes["muted_at"] is None
    assert wiring.records().get(own_id(owner)).status == "undeliverable"
