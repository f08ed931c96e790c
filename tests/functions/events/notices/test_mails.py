"""Notices as mail: to the account's own address from the start, to others once they agree."""

from __future__ import annotations

import pytest

from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.notices import (
    asked,
    deliver,
    deliveries,
    follow_link,
    forget_all,
    happened,
    link_of,
    mailbox,
    tell,
)


@pytest.fixture(autouse=True)
def _nothing_waits(here: Checked) -> None:
    """Begin without what other tests left to be told."""
    forget_all()


def down(here: Checked, owner: str) -> str:
    app = things.deployment(here, owner, name="Guestbook")
    things.put(app, status="running")
    happened(app, "failed", code="container_exited", detail="web ended <with> status 1")
    return app


def test_own_address_is_told_from_the_start(here: Checked, owner: str) -> None:
    here.world.people.add(owner, "me@example.com")
    app = down(here, owner)

    tell(here)

    [letter] = here.world.mail.sent
    assert (letter.to, letter.subject) == ("me@example.com", "Guestbook is down")
    assert "web ended <with> status 1" in letter.text
    assert "&lt;with&gt;" in letter.html
    assert f"https://hoster.test/deployments/{app}" in letter.text


def test_other_address_hears_nothing_until_it_agreed(here: Checked, owner: str) -> None:
    channel = mailbox(here, owner)
    link = link_of(channel)
    deliver()
    [asking] = here.world.mail.sent
    down(here, owner)
    tell(here)
    before = [one.to for one in here.world.mail.sent[1:]]

    follow_link(here, link)
    sent = here.call("POST", f"{channel}/test", user=owner, kind="notice_deliveries")
    deliver()

    assert asking.to == "team@example.com"
    assert f"https://hoster.test/confirm-address#{link}" in asking.text
    assert before == []
    assert here.world.mail.sent[-1].subject == "Test notice"
    assert sent.id in [one["id"] for one in deliveries(here, channel, owner)]


def test_gateway_or_mail_that_is_away_is_asked_again(here: Checked, owner: str) -> None:
    here.world.people.add(owner, "me@example.com")
    here.world.people.failures, here.world.mail.failures = ["refused"], ["away"]
    down(here, owner)

    for _ in range(3):
        tell(here, later=130)
    here.world.skew += 700
    tell(here)

    assert len(here.world.mail.sent) == 1


def test_webhook_that_failed_for_good_is_told_to_the_own_address(here: Checked, owner: str) -> None:
    here.world.people.add(owner, "me@example.com")
    given = {"kind": "webhook", "url": "https://hooks.example.com/in"}
    channel = here.call("POST", "/notice_channels", given, user=owner).id
    asked()
    here.world.hooks.answers = [410]
    here.call("POST", f"/notice_channels/{channel}/test", user=owner, kind="notice_deliveries")
    deliver()

    deliver()

    [letter] = here.world.mail.sent
    assert letter.subject == "Notices do not reach https://hooks.example.com/in"
