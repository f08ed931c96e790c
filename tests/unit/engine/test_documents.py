"""JSON:API documents as answers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.engine import documents
from chalicelib.engine.resource import Resource
from chalicelib.ports.records import Page, Record, Work
from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.resources.cloud_provisions import CLOUD_PROVISIONS
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.nodes import NODES
from chalicelib.resources.ssh_keys import SSH_KEYS
from chalicelib.resources.templates import TEMPLATES

THEN, NOW = "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"


def record(resource: Resource, **changes: Any) -> Record:
    plain = Record(
        id="id-1",
        type=resource.name,
        owner="user-a",
        status=resource.states.initial,
        created_at=THEN,
        updated_at=NOW,
        version=3,
        generation=2,
        health="healthy",
    )
    return replace(plain, **changes)


def shown(resource: Resource, of: Record, reader: str | None = "user-a") -> dict[str, Any]:
    data: dict[str, Any] = documents.single(resource, of, reader=reader)["data"]
    return data


def test_record_is_shown_with_type_id_link_version_owner_and_times() -> None:
    data = shown(SSH_KEYS, record(SSH_KEYS, attributes={"name": "mine", "unknown": 1}))

    assert data == {
        "type": "ssh_keys",
        "id": "id-1",
        "attributes": {
            "name": "mine",
            "public_key": None,
            "fingerprint": None,
            "key_type": None,
            "private_key": None,
            "creator_id": "user-a",
            "created_at": THEN,
            "updated_at": NOW,
        },
        "links": {"self": "/api/v1/ssh_keys/id-1"},
        "meta": {"version": 3},
    }


@pytest.mark.parametrize("reader", ["user-a", "user-b", None])
@pytest.mark.parametrize(
    ("resource", "secret"), [(SSH_KEYS, "private_key"), (CLOUD_CREDENTIALS, "credentials")]
)
def test_secrets_are_null_for_everybody(
    resource: Resource, secret: str, reader: str | None
) -> None:
    data = shown(
        resource,
        record(resource, attributes={secret: "hunter22"}, sealed={secret: "sealed22"}),
        reader,
    )

    assert data["attributes"][secret] is None
    assert "22" not in json.dumps(data)


def test_status_health_generation_and_work_are_shown_of_what_works() -> None:
    work = Work("deploy", 2, "id-1-e1-g2-a1", NOW, step="PullImages", cancel_requested=True)

    attributes = shown(DEPLOYMENTS, record(DEPLOYMENTS, work=work))["attributes"]

    assert (attributes["status"], attributes["health"], attributes["generation"]) == (
        *("pending", "healthy", 2),
    )
    assert attributes["work"] == {
        "kind": "deploy",
        "generation": 2,
        "execution": "id-1-e1-g2-a1",
        "step": "PullImages",
        "started_at": NOW,
    }
    assert attributes["customer_id"] == "user-a"


def test_stranger_sees_neither_work_nor_what_is_the_owners() -> None:
    work = Work("check", 2, "x", NOW)
    node = record(NODES, work=work, attributes={"ssh_host": "203.0.113.9", "name": "n"})

    attributes = shown(NODES, node, "user-b")["attributes"]

    assert attributes["work"] is None
    assert attributes["name"] == "n"
    assert not NODES.owner_only & attributes.keys()
    assert shown(NODES, node)["attributes"]["ssh_host"] == "203.0.113.9"


def test_nobody_is_not_the_owner_of_what_nobody_owns() -> None:
    attributes = shown(NODES, record(NODES, owner=None), None)["attributes"]

    assert "ssh_host" not in attributes


def test_ids_of_others_are_attributes_and_relationships() -> None:
    provision = record(CLOUD_PROVISIONS, attributes={"credential_id": "cred_1", "node_id": None})

    data = shown(CLOUD_PROVISIONS, provision)

    assert data["attributes"]["credential_id"] == "cred_1"
    assert data["relationships"] == {
        "credential": {"data": {"type": "cloud_credentials", "id": "cred_1"}}
    }
    assert "relationships" not in shown(CLOUD_PROVISIONS, record(CLOUD_PROVISIONS))


def test_reference_that_a_reader_may_not_see_is_no_relationship() -> None:
    node = record(NODES, attributes={"ssh_key_id": "sshkey_1"})

    assert "relationships" in shown(NODES, node)
    assert "relationships" not in shown(NODES, node, "user-b")


def page(*records: Record, after: str | None = None, before: str | None = None) -> Page:
    return Page(records, after, before)


def test_list_holds_records_without_large_attributes_and_its_limit() -> None:
    template = record(TEMPLATES, attributes={"name": "n", "compose_spec": "x", "config_files": []})

    document = documents.collection(
        TEMPLATES, page(template), reader=None, limit=7, total=None, query={}
    )

    (data,) = document["data"]
    assert data["attributes"]["name"] == "n"
    assert not TEMPLATES.not_in_lists & data["attributes"].keys()
    assert document["meta"] == {"limit": 7}
    assert document["links"] == {"self": "/api/v1/templates", "next": None, "prev": None}
    assert "compose_spec" in shown(TEMPLATES, template)["attributes"]


def test_total_is_told_where_it_is_known_zero_too() -> None:
    document = documents.collection(TEMPLATES, page(), reader=None, limit=7, total=0, query={})

    assert document["meta"] == {"limit": 7, "total": 0}
    assert document["data"] == []


def test_links_keep_the_query_and_change_the_cursor() -> None:
    query = {"page[size]": "7", "filter[status]": "a&b=c d", "page[after]": "old"}

    links = documents.collection(
        DEPLOYMENTS,
        page(after="n+1=", before="p"),
        reader="user-a",
        limit=7,
        total=None,
        query=query,
    )["links"]

    kept = "/api/v1/deployments?page[size]=7&filter[status]=a%26b%3Dc%20d"
    assert links == {
        "self": f"{kept}&page[after]=old",
        "next": f"{kept}&page[after]=n%2B1%3D",
        "prev": f"{kept}&page[before]=p",
    }
