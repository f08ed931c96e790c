"""Reading one record."""

from __future__ import annotations

import pytest

from tests.functions import things
from tests.functions.checks import Checked


def test_owner_sees_the_record_with_its_version(here: Checked, owner: str) -> None:
    key = things.ssh_key(here, owner)

    reply = here.call("GET", f"/ssh_keys/{key}", user=owner)

    assert reply.body["data"]["type"] == "ssh_keys"
    assert reply.body["data"]["links"] == {"self": f"/api/v1/ssh_keys/{key}"}
    assert reply.headers["ETag"] == '"1"'
    assert reply.attributes["creator_id"] == owner
    assert reply.attributes["private_key"] is None


def test_references_are_attributes_and_relationships(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    data = here.call("GET", f"/deployments/{app}", user=owner).body["data"]

    node, template = data["attributes"]["node_id"], data["attributes"]["template_id"]
    assert data["relationships"] == {
        "node": {"data": {"type": "nodes", "id": node}},
        "template": {"data": {"type": "templates", "id": template}},
    }


def test_public_node_is_seen_by_members_without_how_to_log_in(
    here: Checked, owner: str, stranger: str
) -> None:
    node = things.node(owner, public=True)

    reply = here.call("GET", f"/nodes/{node}", user=stranger)

    assert reply.attributes["name"] == "server-1"
    assert not {"ssh_host", "ssh_user", "ssh_key_id", "host_key"} & set(reply.attributes)
    assert here.call("GET", f"/nodes/{node}", user=None).status == 401
    assert here.call("GET", f"/nodes/{node}", user=owner).attributes["ssh_host"] == "10.77.0.9"


def test_what_a_record_refers_to_comes_along_if_the_reader_may_see_it(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, stranger)
    app = things.deployment(here, owner, template_id=template)
    node = here.call("GET", f"/deployments/{app}", user=owner).attributes["node_id"]

    def along(words: str) -> list[str]:
        body = here.call("GET", f"/deployments/{app}?{words}", user=owner).body
        return [entry["id"] for entry in body["included"]]

    assert along("include=node,template") == [node, template]
    assert along("include=") == []
    assert here.call("POST", f"/templates/{template}/unpublish", user=stranger).status == 200
    assert along("include=node,template") == [node]


def test_key_of_a_public_node_comes_along_for_its_owner_alone(
    here: Checked, owner: str, stranger: str
) -> None:
    key, node = things.ssh_key(here, owner), things.node(owner, public=True)
    things.put(node, attributes={"ssh_key_id": key})

    def along(user: str) -> list[str]:
        body = here.call("GET", f"/nodes/{node}?include=ssh_key", user=user).body
        return [entry["id"] for entry in body["included"]]

    assert (along(owner), along(stranger)) == ([key], [])


def test_every_answer_with_the_record_shows_the_fields_asked_for(here: Checked, owner: str) -> None:
    app, words = things.deployment(here, owner), "?fields[deployments]=name,status"

    replies = [
        here.call("GET", f"/deployments/{app}{words}", user=owner),
        here.call("PATCH", f"/deployments/{app}{words}", {"name": "other"}, user=owner),
        here.call("POST", f"/deployments/{app}/start{words}", user=owner),
    ]

    assert [reply.attributes for reply in replies] == [
        {"name": "my app", "status": "pending"},
        {"name": "other", "status": "pending"},
        {"name": "other", "status": "scheduled"},
    ]
    refused = here.call("GET", f"/deployments/{app}?fields[deployments]=nam", user=owner)
    assert (refused.status, refused.codes) == (400, ["bad_request"])


@pytest.mark.parametrize("tags", ['"{v}"', 'W/"{v}"', '"4711", "{v}"', "*"])
def test_version_that_the_caller_has_is_not_sent_again(
    here: Checked, owner: str, tags: str
) -> None:
    app = things.deployment(here, owner)
    path, version = f"/deployments/{app}", here.call("GET", f"/deployments/{app}", user=owner)
    known = {"If-None-Match": tags.format(v=version.headers["ETag"].strip('"'))}

    reply = here.world.call("GET", path, user=owner, headers=known)

    assert (reply.status, reply.body) == (304, None)
    assert reply.headers["ETag"] == version.headers["ETag"]
    along = here.call("GET", f"{path}?include=node", user=owner, headers=known)
    assert along.status == 200, "what comes along has versions of its own"
    things.put(app, attributes={"name": "other"})
    if tags != "*":
        assert here.call("GET", path, user=owner, headers=known).attributes["name"] == "other"


def test_version_says_nothing_of_counters(here: Checked, owner: str) -> None:
    node = things.node(owner)
    known = {"If-None-Match": here.call("GET", f"/nodes/{node}", user=owner).headers["ETag"]}

    assert here.call("GET", f"/nodes/{node}", user=owner, headers=known).status == 200


def test_stranger_with_the_right_version_finds_nothing(
    here: Checked, owner: str, stranger: str
) -> None:
    key = things.ssh_key(here, owner)

    reply = here.call("GET", f"/ssh_keys/{key}", user=stranger, headers={"If-None-Match": "*"})

    assert reply.status == 404
