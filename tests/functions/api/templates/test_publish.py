"""Showing templates to everybody."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked


def test_draft_is_seen_by_its_creator_alone_until_it_is_published(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.draft(here, owner)
    assert here.call("GET", f"/templates/{template}", user=None).status == 404
    assert here.call("GET", f"/templates/{template}", user=stranger).status == 404

    reply = here.call("POST", f"/templates/{template}/publish", user=owner)

    assert reply.status == 200
    assert reply.attributes["published"] is True
    assert here.call("GET", f"/templates/{template}", user=None).status == 200
    listed = here.call("GET", "/templates", user=None).body["data"]
    assert template in [entry["id"] for entry in listed]


def test_publishing_twice_changes_nothing(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    before = here.call("GET", f"/templates/{template}").headers["ETag"]

    reply = here.call("POST", f"/templates/{template}/publish", user=owner)

    assert (reply.status, reply.headers["ETag"]) == (200, before)
