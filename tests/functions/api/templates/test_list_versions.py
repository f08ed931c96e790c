"""Listing the versions of a template."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply


def numbers(reply: Reply) -> list[str]:
    return [entry["attributes"]["version"] for entry in reply.body["data"]]


def add(here: Checked, template: str, user: str, version: str) -> None:
    given = {"version": version}
    reply = here.call("POST", f"/templates/{template}/versions", given, user=user)
    assert reply.status == 201, reply.body


def test_versions_come_newest_first_without_their_texts(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    for version in ("1.0.1-rc.1", "1.0.1", "2.0.0"):
        add(here, template, owner, version)
    things.deployment(here, owner, template_id=template)

    reply = here.call("GET", f"/templates/{template}/versions", user=None)

    assert numbers(reply) == ["2.0.0", "1.0.1", "1.0.1-rc.1", "1.0.0"]
    texts = {"compose_spec", "config_files", "readme"}
    assert not [entry for entry in reply.body["data"] if texts & entry["attributes"].keys()]
    assert reply.body["data"][0]["attributes"]["services"]


def test_pages_stay_right_while_versions_are_added(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    for version in ("1.1.0", "1.2.0", "1.3.0"):
        add(here, template, owner, version)
    first = here.call("GET", f"/templates/{template}/versions?page[size]=2", user=owner)
    add(here, template, owner, "1.4.0")

    second = here.call("GET", first.body["links"]["next"].removeprefix("/api/v1"), user=owner)
    back = here.call("GET", second.body["links"]["prev"].removeprefix("/api/v1"), user=owner)

    assert (numbers(first), numbers(second)) == (["1.3.0", "1.2.0"], ["1.1.0", "1.0.0"])
    assert second.body["links"]["next"] is None
    assert numbers(back) == ["1.3.0", "1.2.0"]
    assert first.body["meta"] == {"limit": 2}


def test_drafts_are_listed_for_their_creator_alone(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.draft(here, owner)
    add(here, template, owner, "2.0.0")
    here.call("POST", f"/templates/{template}/publish", user=owner)

    path = f"/templates/{template}/versions"

    assert numbers(here.call("GET", path, user=owner)) == ["2.0.0", "1.0.0"]
    assert numbers(here.call("GET", path, user=stranger)) == ["2.0.0"]


def test_versions_of_a_draft_are_hidden_with_it(here: Checked, owner: str, stranger: str) -> None:
    template = things.draft(here, owner)

    assert here.call("GET", f"/templates/{template}/versions", user=stranger).status == 404
    assert numbers(here.call("GET", f"/templates/{template}/versions", user=owner)) == ["1.0.0"]


def test_word_that_the_list_does_not_know_is_refused(here: Checked, owner: str) -> None:
    template = things.published(here, owner)

    reply = here.call("GET", f"/templates/{template}/versions?sort=version", user=owner)

    assert (reply.status, reply.codes) == (400, ["unknown_query"])
