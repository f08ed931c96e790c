"""Request documents read: shapes, relationships, and every fault at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from chalicelib.domain.errors import BadRequest, Conflict, Fault, Forbidden, Invalid
from chalicelib.engine import bodies
from chalicelib.engine.resource import Resource
from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.registry import RESOURCES
from chalicelib.resources.ssh_keys import SSH_KEYS
from chalicelib.resources.templates import TEMPLATES


def take(data: object, record_id: str | None = None) -> dict[str, Any]:
    return bodies.attributes_of({"data": data}, type_name="nodes", record_id=record_id)


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
        bodies.attributes_of({"name": "x"}, type_name="nodes")


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
        bodies.validated(model, attributes)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def test_fitting_attributes_become_the_model() -> None:
    assert SSH_KEYS.create is not None

    model = bodies.validated(SSH_KEYS.create, {"name": " mine ", "private_key": "k"})

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
    compose = "services: {a: {image: nginx}}"
    given_template = {"name": "abc", "version": "1.0.0", "compose_spec": compose}

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
        bodies.validated(SSH_KEYS.create, {"name": "n", "private_key": ["hunter22"]})

    assert "hunter22" not in str(caught.value)
    assert caught.value.__cause__ is None


SYSTEM = ["status", "created_at", "updated_at", "health", "generation", "work"]


@pytest.mark.parametrize("field", [*SYSTEM, "customer_id", "proxy_port", "error_message", "url"])
def test_fields_of_the_system_are_refused_by_name(field: str) -> None:
    assert DEPLOYMENTS.create is not None

    with pytest.raises(Forbidden) as caught:
        bodies.refuse_system_fields(DEPLOYMENTS, {"name": "n", field: 1}, DEPLOYMENTS.create)

    assert caught.value.error_code == "system_field"
    assert caught.value.pointer == f"/data/attributes/{field}"
    assert field in caught.value.detail


def test_fields_that_a_client_may_send_sometimes_are_not_the_systems() -> None:
    assert DEPLOYMENTS.update is not None

    bodies.refuse_system_fields(DEPLOYMENTS, {"template_id": "x"}, DEPLOYMENTS.update)
    bodies.refuse_system_fields(DEPLOYMENTS, {"name": "n", "nonsense": 1}, DEPLOYMENTS.update)


@pytest.mark.parametrize(
    "resource",
    [r for r in RESOURCES.values() if r.create or r.update],
    ids=lambda resource: resource.name,
)
def test_what_is_shown_and_may_not_be_sent_is_refused_for_every_resource(
    resource: Resource,
) -> None:
    model = resource.create or resource.update
    assert model is not None

    for field in resource.fields - resource.writable - resource.relations.keys():
        with pytest.raises(Forbidden):
            bodies.refuse_system_fields(resource, {field: "x"}, model)


def test_id_of_ones_own_making_is_refused() -> None:
    document = {"data": {"type": "nodes", "id": "mine", "attributes": {}}}

    with pytest.raises(Forbidden) as caught:
        bodies.attributes_of(document, type_name="nodes", creates=True)

    assert (caught.value.error_code, caught.value.pointer) == ("client_id", "/data/id")


def related(sent: object, **attributes: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    document = {"data": {"relationships": sent}}
    merged, told = bodies.with_relationships(DEPLOYMENTS, document, attributes)
    return merged, [(fault.pointer, fault.code) for fault in told]


def test_relationship_means_the_attribute_that_holds_the_id() -> None:
    template = {"data": {"type": "templates", "id": "tmpl_1"}}

    assert related({"template": template}, name="x") == (
        {"name": "x", "template_id": "tmpl_1"},
        [],
    )
    assert related({"template": template}, template_id="tmpl_1")[1] == []
    assert related({"node": {"data": None}}) == ({"node_id": None}, [])
    assert related({}, name="x") == ({"name": "x"}, [])


@pytest.mark.parametrize(
    "link",
    [
        *(5, "tmpl_1", [], {"data": []}, {"data": {"type": "templates"}}, {"data": {"id": 5}}),
        {"data": {"type": "nodes", "id": "tmpl_1"}},
        {"data": {"type": "templates", "id": "tmpl_2"}},
    ],
)
def test_relationship_that_does_not_fit_is_told_where_it_stands(link: object) -> None:
    assert related({"template": link}, template_id="tmpl_1") == (
        {"template_id": "tmpl_1"},
        [("/data/relationships/template", "invalid")],
    )


def test_unknown_relationship_is_told_with_those_that_exist() -> None:
    document = {"data": {"relationships": {"owner/x": {"data": None}}}}

    _, (told,) = bodies.with_relationships(DEPLOYMENTS, document, {})

    assert (told.pointer, told.code) == ("/data/relationships/owner~1x", "unknown")
    assert told.detail.endswith("These are: backup_target, node, template.")


@pytest.mark.parametrize("sent", [None, [], "x", 5])
def test_relationships_of_another_shape_are_a_bad_request(sent: object) -> None:
    with pytest.raises(BadRequest) as caught:
        related(sent)

    assert caught.value.pointer == "/data/relationships"


def test_attribute_that_belongs_elsewhere_says_where() -> None:
    assert DEPLOYMENTS.create is not None
    sent = {"name": "x", "template_id": "t", "custom_domain": "a.example.com", "colour": "red"}

    with pytest.raises(Invalid) as caught:
        bodies.validated(DEPLOYMENTS.create, sent, elsewhere=DEPLOYMENTS.elsewhere)

    told = {fault.pointer: fault for fault in caught.value.faults}
    assert {pointer: fault.code for pointer, fault in told.items()} == {
        "/data/attributes/custom_domain": "elsewhere",
        "/data/attributes/colour": "unknown",
    }
    assert "/domains" in told["/data/attributes/custom_domain"].detail


def test_nul_is_told_wherever_it_stands() -> None:
    assert DEPLOYMENTS.create is not None
    sent = {"name": "x", "template_id": "t\0", "variables": {"A\0": "b", "B": "\0"}}

    told = faults(DEPLOYMENTS.create, **sent)

    assert told == [
        ("/data/attributes/template_id", "invalid"),
        ("/data/attributes/variables/A\0", "invalid"),
        ("/data/attributes/variables/B", "invalid"),
    ]


def test_what_was_wrong_before_is_told_with_the_rest() -> None:
    assert SSH_KEYS.create is not None
    earlier = Fault("/data/relationships/x", "no such thing", "unknown")

    for attributes in ({"name": "n", "private_key": "k"}, {"name": "n"}):
        with pytest.raises(Invalid) as caught:
            bodies.validated(SSH_KEYS.create, attributes, known=(earlier,))
        assert caught.value.faults[0] == earlier


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(JSON, st.sampled_from([r.create for r in RESOURCES.values() if r.create is not None]))
def test_any_document_is_taken_or_told(data: Any, model: type[BaseModel]) -> None:
    outcome: object
    try:
        attributes = bodies.attributes_of({"data": data}, type_name="nodes")
        outcome = bodies.validated(model, attributes)
    except (BadRequest, Conflict) as error:
        outcome = error.pointer
    except Invalid as error:
        outcome = [fault.pointer for fault in error.faults]

    assert outcome
