"""Reading one version of a template."""

from __future__ import annotations

import pytest

from tests.functions import things
from tests.functions.checks import Checked


def test_earlier_version_is_read_as_it_was(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    given = {"version": "1.1.0", "compose_spec": things.COMPOSE.replace("nginx", "caddy")}
    here.call("POST", f"/templates/{template}/versions", given, user=owner)

    reply = here.call("GET", f"/templates/{template}/versions/1.0.0", user=None)

    assert reply.attributes["compose_spec"] == things.COMPOSE
    assert reply.body["data"]["type"] == "template_versions"
    assert reply.body["data"]["relationships"] == {
        "template": {"data": {"type": "templates", "id": template}}
    }
    assert reply.body["data"]["links"] == {"self": f"/api/v1/templates/{template}/versions/1.0.0"}


@pytest.mark.parametrize("version", ["9.9.9", "x", "1.0.0@", "%2e", "1.0.0 "])
def test_version_that_is_not_there_is_not_found(here: Checked, owner: str, version: str) -> None:
    template = things.published(here, owner)

    reply = here.call("GET", f"/templates/{template}/versions/{version}", user=owner)

    assert (reply.status, reply.codes) == (404, ["not_found"])


def test_draft_is_its_creators_alone(here: Checked, owner: str, stranger: str) -> None:
    path = f"/templates/{things.draft(here, owner)}/versions/1.0.0"

    seen = [here.call("GET", path, user=user).status for user in (owner, stranger, None)]

    assert seen == [200, 404, 404]


def test_draft_that_was_left_behind_is_its_creators_alone(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.draft(here, owner)
    here.call("POST", f"/templates/{template}/versions", {"version": "2.0.0"}, user=owner)
    here.call("POST", f"/templates/{template}/publish", user=owner)
    path = f"/templates/{template}/versions/1.0.0"

    seen = [here.call("GET", path, user=user).status for user in (owner, stranger)]

    assert seen == [200, 404]


def test_version_of_something_else_is_not_found(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    assert here.call("GET", f"/templates/{app}/versions/1.0.0", user=owner).status == 404
    template = things.published(here, owner)
    version = f"{template}@1.0.0"
    assert here.call("GET", f"/templates/{version}", user=owner).status == 404
    assert here.call("DELETE", f"/templates/{version}", user=owner).status == 404


def test_what_a_version_changes_of_an_earlier_one_is_told(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    given = {"version": "1.1.0", "compose_spec": things.COMPOSE.replace("nginx", "caddy")}
    here.call("POST", f"/templates/{template}/versions", given, user=owner)
    path = f"/templates/{template}/versions/1.1.0"

    reply = here.call("GET", f"{path}?compare=1.0.0", user=None)

    found = reply.body["meta"]["difference"]
    assert [(one["kind"], "caddy" in one["after"]) for one in found["changes"]] == [("image", True)]
    assert (found["asked"], found["risks"], found["is_planned"]) == ([], [], True)
    assert "meta" not in here.call("GET", path, user=None).body


def test_version_is_compared_with_one_that_is_seen(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.draft(here, owner)
    here.call("POST", f"/templates/{template}/versions", {"version": "2.0.0"}, user=owner)
    here.call("POST", f"/templates/{template}/publish", user=owner)
    path = f"/templates/{template}/versions/2.0.0?compare="

    seen = [here.call("GET", f"{path}1.0.0", user=user).status for user in (owner, stranger)]

    assert seen == [200, 404]
    assert here.call("GET", f"{path}9.9.9", user=owner).status == 404
    twice = here.call("GET", f"{path}1.0.0&compare=1.0.0", user=owner)
    assert (twice.status, twice.body["errors"][0]["source"]) == (400, {"parameter": "compare"})
