"""JSON:API documents, out and in."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from chalicelib.domain.errors import BadRequest, Conflict, Forbidden, Invalid
from chalicelib.engine import documents
from chalicelib.engine.resource import Resource
from chalicelib.ports.records import Page, Record, Work
from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.resources.cloud_provisions import CLOUD_PROVISIONS
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.nodes import NODES
from chalicelib.resources.registry import RESOURCES
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


def take(data: object, record_id: str | None = None) -> dict[str, Any]:
    return documents.attributes_of({"data": data}, type_name="nodes", record_id=record_id)


@pytest.mark.parametrize(
    ("data", "attributes"),
    [
        ({}, {}),
        ({"type": "nodes"}, {}),
        ({"type": "nodes", "attributes": {"a": 1}}, {"a": 1}),
        ({"attributes": {"a": 1}, "relationships": {}}, {"a": 1}),
        ({"id": "x", "attributes": {"a": 1}}, {"a": 1}),
    ],
)
def test_attributes_are_taken_out_of_a_document(data: object, attributes: dict[str, Any]) -> None:
    assert take(data) == attributes
    assert take(data, "x") == attributes


@pytest.mark.parametrize(
    "data", [None, [], "x", 5, {"attributes": None}, {"attributes": []}, {"attributes": "x"}]
)
def test_other_shapes_are_a_bad_request_that_shows_the_right_one(data: object) -> None:
    with pytest.raises(BadRequest) as caught:
        take(data)

    assert caught.value.pointer == "/data"
    assert '"type":"nodes"' in caught.value.detail


def test_document_without_data_is_a_bad_request() -> None:
    with pytest.raises(BadRequest):
        documents.attributes_of({"name": "x"}, type_name="nodes")


@pytest.mark.parametrize("other", ["templates", "Nodes", "", None, 5, ["nodes"]])
def test_other_type_is_a_conflict(other: object) -> None:
    with pytest.raises(Conflict) as caught:
        take({"type": other, "attributes": {}})

    assert (caught.value.error_code, caught.value.pointer) == ("type_mismatch", "/data/type")


@pytest.mark.parametrize("other", ["y", "", None, 5, ["x"]])
def test_other_id_is_a_conflict(other: object) -> None:
    with pytest.raises(Conflict) as caught:
        take({"type": "nodes", "id": other, "attributes": {}}, "x")

    assert (caught.value.error_code, caught.value.pointer) == ("id_mismatch", "/data/id")


def faults(model: type[BaseModel], **attributes: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        documents.validated(model, attributes)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def test_fitting_attributes_become_the_model() -> None:
    assert SSH_KEYS.create is not None

    model = documents.validated(SSH_KEYS.create, {"name": " mine ", "private_key": "k"})

    assert model.model_dump() == {"name": "mine", "private_key": "k"}


def test_every_attribute_that_does_not_fit_is_told_once() -> None:
    assert DEPLOYMENTS.create is not None

    told = faults(DEPLOYMENTS.create, name="", variables={"A": [1], "B": {}}, extra=1)

    assert sorted(told) == [
        ("/data/attributes/extra", "unknown"),
        ("/data/attributes/name", "invalid"),
        ("/data/attributes/template_id", "required"),
        ("/data/attributes/variables/A", "invalid"),
        ("/data/attributes/variables/B", "invalid"),
    ]


def test_value_of_several_types_is_told_once_where_it_stands() -> None:
    assert CLOUD_CREDENTIALS.create is not None

    told = faults(CLOUD_CREDENTIALS.create, name="mine", provider="digitalocean", credentials=5)

    assert told == [("/data/attributes/credentials", "invalid")]


def test_fault_within_a_list_points_there_and_names_are_escaped() -> None:
    assert TEMPLATES.create is not None
    given_template = {"name": "abc", "version": "1.0.0", "compose_spec": "x"}

    assert faults(TEMPLATES.create, **given_template, tags=["a", 5]) == [
        ("/data/attributes/tags/1", "invalid")
    ]
    assert faults(TEMPLATES.create, **given_template, config_files=[{"name": "a"}]) == [
        ("/data/attributes/config_files/0/path", "required"),
        ("/data/attributes/config_files/0/content", "required"),
    ]
    assert faults(TEMPLATES.create, **given_template, **{"a/b~c": 1}) == [
        ("/data/attributes/a~1b~0c", "unknown")
    ]


def test_faults_never_hold_what_was_sent() -> None:
    assert SSH_KEYS.create is not None

    with pytest.raises(Invalid) as caught:
        documents.validated(SSH_KEYS.create, {"name": "n", "private_key": ["hunter22"]})

    assert "hunter22" not in str(caught.value)
    assert caught.value.__cause__ is None


SYSTEM = ["status", "created_at", "updated_at", "health", "generation", "work"]


@pytest.mark.parametrize("field", [*SYSTEM, "customer_id", "proxy_port", "error_message", "url"])
def test_fields_of_the_system_are_refused_by_name(field: str) -> None:
    assert DEPLOYMENTS.create is not None

    with pytest.raises(Forbidden) as caught:
        documents.refuse_system_fields(DEPLOYMENTS, {"name": "n", field: 1}, DEPLOYMENTS.create)

    assert caught.value.error_code == "system_field"
    assert caught.value.pointer == f"/data/attributes/{field}"
    assert field in caught.value.detail


def test_fields_that_a_client_may_send_sometimes_are_not_the_systems() -> None:
    assert DEPLOYMENTS.update is not None

    documents.refuse_system_fields(DEPLOYMENTS, {"template_id": "x"}, DEPLOYMENTS.update)
    documents.refuse_system_fields(DEPLOYMENTS, {"name": "n", "nonsense": 1}, DEPLOYMENTS.update)


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda resource: resource.name)
def test_what_is_shown_and_may_not_be_sent_is_refused_for_every_resource(
    resource: Resource,
) -> None:
    model = resource.create or resource.update
    assert model is not None
    attributes = shown(resource, record(resource))["attributes"]
    sent = attributes.keys() - resource.writable

    for field in sent:
        with pytest.raises(Forbidden):
            documents.refuse_system_fields(resource, {field: "x"}, model)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(JSON, st.sampled_from([r.create for r in RESOURCES.values() if r.create is not None]))
def test_any_document_is_taken_or_told(data: Any, model: type[BaseModel]) -> None:
    outcome: object
    try:
        attributes = documents.attributes_of({"data": data}, type_name="nodes")
        outcome = documents.validated(model, attributes)
    except (BadRequest, Conflict) as error:
        outcome = error.pointer
    except Invalid as error:
        outcome = [fault.pointer for fault in error.faults]

    assert outcome
