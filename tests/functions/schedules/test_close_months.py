"""Drafts whose month is over are closed, and those that are late are counted."""

from __future__ import annotations

from tests.functions import bills
from tests.functions.bills import OCTOBER
from tests.functions.checks import Checked

DAY = 86_400


def test_draft_is_asked_for_from_two_hours_after_its_month_until_it_is_closed(
    here: Checked, owner: str
) -> None:
    bills.ran(owner, since=OCTOBER.since, until=OCTOBER.since + DAY)
    bills.move_to(here, OCTOBER.since + 2 * DAY)
    bills.deliver({"owner": owner})
    bills.move_to(here, OCTOBER.until + 7000)
    bills.close()
    assert owner not in [one.get("owner") for one in bills.waiting()]

    bills.move_to(here, OCTOBER.until + 7300)
    said = bills.close()
    messages = bills.waiting()
    bills.deliver(*messages)

    assert {"owner": owner, "since": "2031-10"} in messages
    assert said["drafts"] == len(messages)
    assert said["late"] == 0
    closed = bills.invoice_of(owner)
    assert closed is not None
    assert closed.status == "pending"
    bills.close()
    assert owner not in [one.get("owner") for one in bills.waiting()]


def test_draft_that_is_still_one_a_day_later_is_late(here: Checked, owner: str) -> None:
    bills.ran(owner, since=OCTOBER.since, until=OCTOBER.since + DAY)
    bills.move_to(here, OCTOBER.since + 2 * DAY)
    bills.deliver({"owner": owner})
    bills.move_to(here, OCTOBER.until + 7200 + DAY + 60)

    assert bills.close()["late"] == 1
