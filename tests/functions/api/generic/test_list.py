"""Lists: pages, cursors, filters, totals."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from botocore.client import BaseClient

from tests.functions import things
from tests.functions.checks import Checked


def ids(reply) -> list[str]:
    assert reply.status == 200, reply.body
    return [entry["id"] for entry in reply.body["data"]]


@contextmanager
def calls_to_the_store() -> Iterator[list[str]]:
    """Note each call to DynamoDB while this is open."""
    made: list[str] = []
    call = BaseClient._make_api_call

    def calling(client, name, given):
        made.append(name)
        return call(client, name, given)

    with mock.patch.object(BaseClient, "_make_api_call", calling):
        yield made


def following(link: str) -> str:
    return link.removeprefix("/api/v1").replace("%3D", "=")


def test_list_holds_own_records_newest_first_with_a_total(
    here: Checked, owner: str, stranger: str
) -> None:
    made = [things.ssh_key(here, owner) for _ in range(3)]
    things.ssh_key(here, stranger)

    reply = here.call("GET", "/ssh_keys", user=owner)

    assert ids(reply) == made[::-1]
    assert reply.body["meta"] == {"limit": 100, "total": 3}
    assert (reply.body["links"]["next"], reply.body["links"]["prev"]) == (None, None)


def test_pages_lead_to_the_end_and_back(here: Checked, owner: str) -> None:
    made = [things.ssh_key(here, owner) for _ in range(5)][::-1]

    first = here.call("GET", "/ssh_keys?page[size]=2", user=owner)
    second = here.call("GET", following(first.body["links"]["next"]), user=owner)
    third = here.call("GET", following(second.body["links"]["next"]), user=owner)

    assert [ids(first), ids(second), ids(third)] == [made[:2], made[2:4], made[4:]]
    assert first.body["links"]["prev"] is None
    assert third.body["links"]["next"] is None
    back = here.call("GET", following(third.body["links"]["prev"]), user=owner)
    again = here.call("GET", following(back.body["links"]["prev"]), user=owner)
    assert [ids(back), ids(again)] == [made[2:4], made[:2]]
    assert again.body["links"]["prev"] is None


def test_pages_of_the_oldest_first_lead_to_the_end_and_back(here: Checked, owner: str) -> None:
    made = [things.ssh_key(here, owner) for _ in range(5)]

    first = here.call("GET", "/ssh_keys?page[size]=3&sort=created_at", user=owner)
    second = here.call("GET", following(first.body["links"]["next"]), user=owner)
    back = here.call("GET", following(second.body["links"]["prev"]), user=owner)

    assert [ids(first), ids(second), ids(back)] == [made[:3], made[3:], made[:3]]
    assert (first.body["links"]["prev"], second.body["links"]["next"]) == (None, None)
    assert here.call("GET", "/ssh_keys?sort=name", user=owner).status == 400


def test_fields_and_what_comes_along_are_chosen(here: Checked, owner: str) -> None:
    template, node = things.published(here, owner), things.node(owner)
    for _ in range(3):
        things.deployment(here, owner, template_id=template, node_id=node)
    words = "include=template,node&fields[deployments]=name,template&fields[nodes]=status"

    body = here.call("GET", f"/deployments?{words}&page[size]=2", user=owner).body

    shown = body["data"][0]
    assert shown["attributes"] == {"name": "my app"}
    assert shown["relationships"] == {"template": {"data": {"type": "templates", "id": template}}}
    along = {entry["id"]: entry["attributes"] for entry in body["included"]}
    assert list(along) == [template, node]
    assert along[node] == {"status": "online"}
    assert "slug" in along[template]
    assert "compose_spec" not in along[template]
    assert "include=template%2Cnode" in body["links"]["next"]


def test_page_with_what_comes_along_is_one_query_and_one_batch(here: Checked, owner: str) -> None:
    for _ in range(3):
        things.deployment(here, owner)

    with calls_to_the_store() as made:
        body = here.call("GET", "/deployments?include=template,node", user=owner).body

    assert len(body["included"]) == 6
    assert Counter(made) == {"Query": 1, "BatchGetItem": 1, "GetItem": 1}, "GetItem is the total"


@pytest.mark.parametrize("size", ["0", "-1", "1001", "ten", "1.5", "", "\u00b2", "9" * 5000])
def test_page_size_out_of_bounds_is_refused(here: Checked, owner: str, size: str) -> None:
    reply = here.call("GET", f"/ssh_keys?page[size]={size}", user=owner)

    assert (reply.status, reply.codes) == (400, ["bad_request"])
    assert reply.body["errors"][0]["source"] == {"parameter": "page[size]"}


def forged(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "!!!!",
        "\u00e9",
        forged([]),
        forged(1),
        forged(["a", "b"]),
        forged(["", ""]),
        forged([1, 2]),
        forged(["x" * 3000 + "#y", "y"]),
        forged({"a": 1, "b": 2}),
    ],
)
@pytest.mark.parametrize("word", ["page[after]", "page[before]"])
def test_cursor_that_is_not_ours_is_refused(
    here: Checked, owner: str, word: str, cursor: str
) -> None:
    reply = here.call("GET", f"/ssh_keys?{word}={cursor}", user=owner)

    assert (reply.status, reply.codes) == (400, ["bad_request"])
    assert reply.body["errors"][0]["source"] == {"parameter": word}


def test_filter_by_status_finds_live_ones_and_tombstones(here: Checked, owner: str) -> None:
    pending, running = things.deployment(here, owner), things.deployment(here, owner)
    buried = things.deployment(here, owner)
    things.put(running, status="running")
    things.put(buried, status="deleted", bury=True)

    found = {
        status: ids(here.call("GET", f"/deployments?filter[status]={status}", user=owner))
        for status in ("pending", "running", "deleted", "failed")
    }

    assert found == {"pending": [pending], "running": [running], "deleted": [buried], "failed": []}
    assert set(ids(here.call("GET", "/deployments", user=owner))) == {pending, running}


def test_filter_by_parent_and_node_finds_own_ones_of_the_type_alone(
    here: Checked, owner: str, stranger: str
) -> None:
    template, node = things.published(here, owner), things.node(owner)
    mine = things.deployment(here, owner, template_id=template, node_id=node)
    theirs = things.deployment(here, stranger, template_id=template)
    server = things.provision(here, owner)
    credential = here.call("GET", f"/cloud_provisions/{server}", user=owner).attributes[
        "credential_id"
    ]

    def found(query: str, user: str = owner) -> list[str]:
        return ids(here.call("GET", f"/{query}", user=user))

    assert found(f"deployments?filter[template_id]={template}") == [mine]
    assert found(f"deployments?filter[template_id]={template}", stranger) == [theirs]
    assert found(f"deployments?filter[node_id]={node}") == [mine]
    assert found(f"cloud_provisions?filter[credential_id]={credential}") == [server]
    assert found(f"deployments?filter[template_id]={credential}") == []
    assert found(f"deployments?filter[node_id]={'x' * 3000}") == []


def test_page_by_node_is_full_though_others_live_there(
    here: Checked, owner: str, stranger: str
) -> None:
    node = things.node(owner, public=True)
    given = {"template_id": things.published(here, owner), "node_id": node}
    mine = [things.deployment(here, owner, **given)]
    for _ in range(3):
        things.deployment(here, stranger, **given, allow_public_nodes=True)
    mine.append(things.deployment(here, owner, **given))

    with calls_to_the_store() as made:
        reply = here.call("GET", f"/deployments?filter[node_id]={node}&page[size]=2", user=owner)

    assert ids(reply) == mine[::-1]
    assert reply.body["links"]["next"] is None
    assert Counter(made)["Query"] == 1


def test_nodes_are_own_and_public_ones_each_once(here: Checked, owner: str, stranger: str) -> None:
    shown = things.node(stranger, public=True)
    mine = [things.node(owner), things.node(owner, public=True)]
    private = things.node(stranger)

    reply = here.call("GET", "/nodes", user=owner)

    assert ids(reply)[:3] == [*mine[::-1], shown]
    assert len(ids(reply)) == len(set(ids(reply)))
    assert private not in ids(reply)
    assert "total" not in reply.body["meta"]
    assert ids(here.call("GET", "/nodes?scope=mine", user=owner)) == mine[::-1]
    hidden = {"ssh_host", "ssh_port", "ssh_user", "ssh_key_id", "host_key"}
    attributes = [entry["attributes"] for entry in reply.body["data"][:3]]
    assert [hidden & set(shown) for shown in attributes] == [hidden, hidden, set()]
    assert here.call("GET", "/nodes", user=None).status == 401


def test_status_that_does_not_exist_is_refused_with_those_that_do(
    here: Checked, owner: str
) -> None:
    reply = here.call("GET", "/deployments?filter[status]=sleeping", user=owner)

    assert reply.status == 400
    assert "stopped" in reply.body["errors"][0]["detail"]


def test_own_drafts_are_listed_under_their_own_scope(here: Checked, owner: str) -> None:
    draft, shown = things.draft(here, owner), things.published(here, owner)

    mine = here.call("GET", "/templates?scope=mine", user=owner)

    assert ids(mine) == [shown, draft]
    assert draft not in ids(here.call("GET", "/templates", user=owner))
    assert "compose_spec" not in mine.body["data"][0]["attributes"]
    assert here.call("GET", "/templates?scope=mine", user=None).status == 401
    assert here.call("GET", "/templates?scope=all", user=owner).status == 400
