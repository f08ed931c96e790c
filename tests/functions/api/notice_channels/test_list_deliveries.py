"""Deliveries of a channel come newest first, a page at a time, to its owner alone."""

from __future__ import annotations

from tests.functions.checks import Checked
from tests.functions.notices import deliveries, hook


def test_deliveries_come_in_pages(here: Checked, owner: str, stranger: str) -> None:
    channel = hook(here, owner)
    sent = [
        here.call("POST", f"{channel}/test", user=owner, kind="notice_deliveries").id
        for _ in range(3)
    ]

    page = here.call("GET", f"{channel}/deliveries?page[size]=2", user=owner)

    assert [one["id"] for one in page.body["data"]] == [sent[2], sent[1]]
    assert page.body["links"]["next"]
    assert [one["id"] for one in deliveries(here, channel, owner)] == sent[::-1]
    assert here.call("GET", f"{channel}/deliveries", user=stranger).status == 404
