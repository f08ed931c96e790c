"""A link confirms its address once, within a day, and nothing else does."""

from __future__ import annotations

from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from tests.functions.checks import Checked
from tests.functions.notices import link_of, mailbox
from tests.world import Reply


def record_of(channel: str) -> Record:
    record = wiring.records().get(channel.rsplit("/", 1)[1])
    assert record is not None
    return record


def follow(here: Checked, token: str) -> Reply:
    return here.call("POST", "/notice_confirmations", {"token": token})


def test_link_confirms_once(here: Checked, owner: str) -> None:
    channel = mailbox(here, owner)
    link = link_of(channel)

    first, again = follow(here, link), follow(here, link)

    assert first.attributes == {"address": "team@example.com"}
    assert record_of(channel).status == "active"
    assert "token" not in record_of(channel).sealed
    assert again.status == 400


def test_late_or_wrong_link_confirms_nothing(here: Checked, owner: str) -> None:
    channel = mailbox(here, owner)
    link = link_of(channel)
    wrong = link[:-2] + ("AA" if not link.endswith("AA") else "BB")
    here.call("POST", f"{channel}/confirmation", user=owner)

    answers = [follow(here, one).status for one in (wrong, link, "chn_0000000000000000.x" * 2)]
    here.world.skew += 25 * 3600

    assert [*answers, follow(here, link_of(channel)).status] == [400] * 4
    assert record_of(channel).status == "unconfirmed"
