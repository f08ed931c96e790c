"""New versions of templates."""

from __future__ import annotations

import pytest

from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply

COMPOSE = things.COMPOSE.replace("nginx:alpine", "caddy:2")


def add(here: Checked, template: str, user: str, **given: object) -> Reply:
    return here.call(
        "POST", f"/templates/{template}/versions", given, user=user, kind="template_versions"
    )


def test_new_version_is_what_is_deployed_from_now_on(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner, resources_disk_mb=7)
    before = things.deployment(here, stranger, template_id=template)

    reply = add(here, template, owner, version="1.1.0", compose_spec=COMPOSE, readme="# New")

    assert reply.status == 201, reply.body
    assert reply.headers["Location"] == f"/api/v1/templates/{template}/versions/1.1.0"
    made = reply.attributes
    assert (made["version"], made["released"], made["resources_disk_mb"]) == ("1.1.0", True, 7)
    assert made["variables"] == [things.GREETING]
    shown = here.call("GET", f"/templates/{template}").attributes
    assert (shown["version"], shown["compose_spec"], shown["readme"]) == ("1.1.0", COMPOSE, "# New")
    assert shown["services"] == [{"name": "web", "image": "caddy:2"}]
    after = things.deployment(here, stranger, template_id=template)
    versions = [
        here.call("GET", f"/deployments/{app}", user=stranger).attributes["template_version"]
        for app in (before, after)
    ]
    assert versions == ["1.0.0", "1.1.0"]


@pytest.mark.parametrize("version", ["1.0.0", "0.9.9", "1.0.0-rc.1"])
def test_version_that_is_not_higher_is_refused(here: Checked, owner: str, version: str) -> None:
    template = things.published(here, owner)

    reply = add(here, template, owner, version=version)

    assert (reply.status, reply.codes) == (422, ["version_not_higher"])
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/version"}
    assert "1.0.0" in reply.body["errors"][0]["detail"]


def test_version_of_a_published_template_is_published_and_never_changes(
    here: Checked, owner: str
) -> None:
    template = things.published(here, owner)
    add(here, template, owner, version="1.1.0")

    reply = here.call("PATCH", f"/templates/{template}", {"compose_spec": COMPOSE}, user=owner)

    assert reply.codes == ["version_immutable"]


def test_version_of_a_template_that_was_taken_back_is_a_draft(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner)
    here.call("POST", f"/templates/{template}/unpublish", user=owner)

    made = add(here, template, owner, version="1.1.0")
    changed = here.call("PATCH", f"/templates/{template}", {"compose_spec": COMPOSE}, user=owner)

    assert made.attributes["released"] is False
    assert changed.status == 200
    path = f"/templates/{template}/versions/1.1.0"
    assert here.call("GET", path, user=owner).attributes["compose_spec"] == COMPOSE
    here.call("POST", f"/templates/{template}/publish", user=owner)
    assert here.call("GET", path, user=stranger).attributes["released"] is True


def test_draft_may_not_go_below_an_earlier_version(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    here.call("POST", f"/templates/{template}/unpublish", user=owner)
    add(here, template, owner, version="2.0.0")

    lower = here.call("PATCH", f"/templates/{template}", {"version": "1.0.0"}, user=owner)
    between = here.call("PATCH", f"/templates/{template}", {"version": "1.5.0"}, user=owner)

    assert (lower.status, lower.codes) == (422, ["version_not_higher"])
    assert between.attributes["version"] == "1.5.0"
    listed = here.call("GET", f"/templates/{template}/versions", user=owner).body["data"]
    assert [entry["attributes"]["version"] for entry in listed] == ["1.5.0", "1.0.0"]


def test_version_that_cannot_run_is_refused_and_leaves_nothing(here: Checked, owner: str) -> None:
    template = things.published(here, owner)

    reply = add(here, template, owner, version="1.1.0", compose_spec="services: {}")

    assert reply.status == 422
    assert here.call("GET", f"/templates/{template}").attributes["version"] == "1.0.0"
    assert here.call("GET", f"/templates/{template}/versions/1.1.0").status == 404


def test_version_has_a_number(here: Checked, owner: str) -> None:
    template = things.published(here, owner)

    reply = add(here, template, owner, compose_spec=COMPOSE)

    assert (reply.status, reply.codes) == (422, ["required"])


def test_largest_texts_of_a_version_are_kept_whole(here: Checked, owner: str) -> None:
    template = things.published(here, owner)

    made = add(here, template, owner, version="1.1.0", **things.LARGEST)
    next_one = add(here, template, owner, version="1.2.0")

    for version in (made, next_one):
        got = here.call("GET", version.headers["Location"].removeprefix("/api/v1"))
        assert {name: got.attributes[name] for name in things.LARGEST} == things.LARGEST


def test_action_expects_the_version_of_the_record(here: Checked, owner: str) -> None:
    template = things.published(here, owner)

    reply = here.call(
        "POST",
        f"/templates/{template}/versions",
        {"version": "1.1.0"},
        user=owner,
        headers={"If-Match": '"1"'},
    )

    assert (reply.status, reply.codes) == (412, ["precondition_failed"])


def test_dry_run_tells_what_a_version_would_change_and_keeps_nothing(
    here: Checked, owner: str
) -> None:
    template = things.published(here, owner)
    path = f"/templates/{template}/versions"
    given = {
        "version": "1.1.0",
        "variables": [things.GREETING, {"name": "SIZE", "type": "integer", "required": True}],
        "compose_spec": things.COMPOSE.replace("nginx", "caddy"),
    }

    tried = here.call("POST", f"{path}?dry_run=true", given, user=owner)

    found = tried.body["meta"]["difference"]
    assert (tried.status, tried.attributes["version"], found["asked"]) == (200, "1.1.0", ["SIZE"])
    assert here.call("GET", path, user=owner).body["data"][0]["attributes"]["version"] == "1.0.0"
    assert here.call("GET", f"{path}/1.1.0", user=owner).status == 404
    assert here.call("POST", path, given, user=owner).status == 201


def test_dry_run_refuses_what_the_version_would_be_refused_for(here: Checked, owner: str) -> None:
    path = f"/templates/{things.published(here, owner)}/versions?dry_run=true"

    lower = here.call("POST", path, {"version": "0.9.0"}, user=owner)
    broken = here.call("POST", path, {"version": "1.1.0", "compose_spec": "no: app"}, user=owner)

    assert (lower.status, lower.codes) == (422, ["version_not_higher"])
    assert broken.status == 422
