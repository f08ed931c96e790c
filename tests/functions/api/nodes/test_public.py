"""What others see of a public node: every attribute is named, shown or hidden."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.resources.nodes import NODES, NodeAttributes
from tests.functions import things
from tests.functions.checks import Checked

SHOWN = {
    "name",
    "public",
    "capabilities",
    "location",
    "capacity_cpu_cores",
    "capacity_memory_mb",
    "capacity_disk_mb",
    "capacity_cpu_used",
    "capacity_memory_used_mb",
    "capacity_disk_used_mb",
    "encrypted_hop",
}
HIDDEN = {
    "ssh_host",
    "ssh_port",
    "ssh_user",
    "ssh_key_id",
    "address",
    "host_key",
    "docker_socket",
    "docker_version",
    "base_domain",
    "provider_type",
    "provision_id",
    "disk_used_percent",
    "last_health_check",
    "last_seen_at",
    "host_key_fingerprint",
    "offered_host_key_fingerprint",
    "warnings",
    "error_code",
    "error_message",
}
OF_THE_SYSTEM = {
    "status",
    "health",
    "generation",
    "work",
    "creator_id",
    "created_at",
    "updated_at",
}


def test_every_attribute_is_either_shown_or_hidden() -> None:
    assert set(NodeAttributes.model_fields) == SHOWN | HIDDEN
    assert NODES.owner_only == HIDDEN


def test_others_see_what_a_node_offers_and_not_how_to_reach_it(
    here: Checked, owner: str, stranger: str
) -> None:
    node = things.brought(here, owner, public=True, ssh_key_id=things.ssh_key(here, owner))
    words = HIDDEN - {"ssh_port", "disk_used_percent", "warnings"}
    secret: dict[str, Any] = {name: f"hush-{name}" for name in words}
    secret["warnings"] = [{"code": "disk_almost_full", "message": "hush-warnings"}]
    things.put(node, attributes=secret | {"ssh_port": 47110})

    read = here.call("GET", f"/nodes/{node}", user=stranger)
    listed = here.call("GET", "/nodes", user=stranger)
    asked = here.call("GET", f"/nodes/{node}?fields[nodes]=name,ssh_host,ssh_key", user=stranger)
    brought_along = here.call("GET", f"/nodes/{node}?include=ssh_key,provision", user=stranger)

    [entry] = [entry for entry in listed.body["data"] if entry["id"] == node]
    for shown in (read.body["data"], entry):
        assert set(shown["attributes"]) == SHOWN | OF_THE_SYSTEM
        assert shown["attributes"]["work"] is None
        assert "relationships" not in shown
    assert set(asked.attributes) == {"name"}
    assert brought_along.body["included"] == []
    for reply in (read, listed, asked, brought_along):
        assert "hush-" not in json.dumps(reply.body)
        assert "47110" not in json.dumps(reply.body)
    assert here.call("GET", f"/nodes/{node}", user=owner).attributes["ssh_port"] == 47110


def test_node_that_is_not_public_is_not_there_for_others(
    here: Checked, owner: str, stranger: str
) -> None:
    node = things.brought(here, owner)

    assert here.call("GET", f"/nodes/{node}", user=stranger).status == 404
    listed = here.call("GET", "/nodes", user=stranger).body["data"]
    assert node not in [entry["id"] for entry in listed]


def test_what_is_given_away_of_a_node_is_shown_on_every_page(here: Checked, owner: str) -> None:
    nodes = [things.node(owner) for _ in range(3)]
    app = things.deployment(here, owner, node_id=nodes[0])
    used = here.call("GET", f"/deployments/{app}", user=owner).attributes["resources_memory_mb"]
    things.give_away(nodes[0], memory=used)

    listed = here.call("GET", "/nodes?scope=mine", user=owner).body["data"]

    found = {entry["id"]: entry["attributes"]["capacity_memory_used_mb"] for entry in listed}
    assert found == {nodes[0]: used, nodes[1]: 0, nodes[2]: 0}
