"""Reading one record."""

from __future__ import annotations

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
