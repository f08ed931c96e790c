"""What the owner of a node learns of the apps on it."""

from __future__ import annotations

import json

from tests.functions import things
from tests.functions.checks import Checked

SHOWN = {
    "mine",
    "name",
    "status",
    "health",
    "resources_cpu_cores",
    "resources_memory_mb",
    "resources_disk_mb",
    "created_at",
}


def test_own_apps_have_names_and_others_have_none(here: Checked, owner: str, stranger: str) -> None:
    node = things.node(owner, public=True)
    mine = things.deployment(here, owner, name="mine", node_id=node)
    template = things.published(here, stranger)
    other = things.deployment(
        here,
        stranger,
        name="private name",
        template_id=template,
        node_id=node,
        variables={"GREETING": "hush"},
        allow_public_nodes=True,
    )

    reply = here.call("GET", f"/nodes/{node}/deployments", user=owner)

    found = {entry["id"]: entry["attributes"] for entry in reply.body["data"]}
    assert list(found) == [other, mine]
    assert (found[mine]["mine"], found[mine]["name"]) == (True, "mine")
    assert (found[other]["mine"], found[other]["name"]) == (False, None)
    assert all(set(attributes) == SHOWN for attributes in found.values())
    text = json.dumps(reply.body)
    for secret in ("private name", stranger, template, "hush"):
        assert secret not in text


def test_apps_come_in_pages(here: Checked, owner: str) -> None:
    node, template = things.node(owner), things.published(here, owner)
    apps = [things.deployment(here, owner, node_id=node, template_id=template) for _ in range(5)]

    path, seen = f"/nodes/{node}/deployments?page[size]=2", []
    while path:
        reply = here.call("GET", path, user=owner)
        seen += [entry["id"] for entry in reply.body["data"]]
        following = reply.body["links"]["next"]
        path = following.removeprefix("/api/v1") if following else ""

    assert seen == apps[::-1]


def test_own_node_of_somebody_else_is_not_looked_into(
    here: Checked, owner: str, stranger: str
) -> None:
    node = things.node(owner, public=True)

    assert here.call("GET", f"/nodes/{node}", user=stranger).status == 200
    assert here.call("GET", f"/nodes/{node}/deployments", user=stranger).status == 404
