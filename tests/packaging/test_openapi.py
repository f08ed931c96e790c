"""The OpenAPI document: valid, whole, and from the declarations alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from chalicelib.resources.registry import RESOURCES
from chalicelib.runtime.declaration import Operation
from infra.packaging.openapi import shared
from infra.packaging.openapi.codes import codes
from infra.packaging.openapi.document import document, text
from infra.packaging.openapi.operations import names_a_checkout
from infra.packaging.openapi.parameters import query_words
from infra.packaging.registry import Function, operations

EVERY = pytest.mark.parametrize(
    ("function", "operation"), operations(), ids=lambda o: getattr(o, "name", "")
)


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


def entry_of(described: dict[str, Any], operation: Operation) -> dict[str, Any]:
    path = described["paths"][operation.path.removeprefix("/v1")]
    found: dict[str, Any] = path[operation.method.lower()]
    return found


def test_document_is_valid(described: dict[str, Any]) -> None:
    validate(described)


def test_same_declarations_give_the_same_bytes() -> None:
    assert text() == text()
    assert json.loads(text()) == document()


def test_every_operation_is_described_and_nothing_else(described: dict[str, Any]) -> None:
    told = {(m.upper(), f"/v1{p}") for p, verbs in described["paths"].items() for m in verbs}
    ids = [
        entry["operationId"] for verbs in described["paths"].values() for entry in verbs.values()
    ]

    assert told == {(o.method, o.path) for _, o in operations()}
    assert len(set(ids)) == len(ids)


@EVERY
def test_operation_says_what_it_does_and_answers(
    described: dict[str, Any], function: Function, operation: Operation
) -> None:
    entry = entry_of(described, operation)

    assert entry["summary"]
    assert "{" not in entry["summary"]
    assert entry["tags"]
    says = operation.resource is not None or operation.answers is not None
    assert says, f"{function.module} must declare `answers=`"


@EVERY
def test_operation_that_shows_no_record_says_what_it_shows(
    function: Function, operation: Operation
) -> None:
    """A list below a record is of something else than the record."""
    below = operation.method == "GET" and operation.path.count("/") > 3

    assert not below or operation.answers is not None, f"{function.module} must declare `answers=`"


@EVERY
def test_query_words_have_a_meaning(function: Function, operation: Operation) -> None:
    for word in query_words(operation):
        named = word.startswith(("filter[", "fields["))
        assert named or word in shared.WORDS, f"describe {word} in `shared.WORDS`"


@EVERY
def test_refusals_follow_from_the_declaration(
    described: dict[str, Any], function: Function, operation: Operation
) -> None:
    answers = {int(status) for status in entry_of(described, operation)["responses"]}

    assert {400, 403, 406, 429, 503} <= answers
    assert (401 in answers) >= (operation.access != "anyone")
    assert (404 in answers) == ("{" in operation.path or names_a_checkout(operation))
    assert (415 in answers) == (operation.method != "GET")
    assert {409, 422} <= answers or operation.body is None


@pytest.mark.parametrize(
    "resource", [r for r in RESOURCES.values() if r.verbs], ids=lambda r: r.name
)
def test_secrets_are_never_shown_and_system_fields_always(
    described: dict[str, Any], resource: Any
) -> None:
    from infra.packaging.openapi.schemas import title_of

    schemas = described["components"]["schemas"]
    fields = schemas[f"{title_of(resource)}Fields"]["properties"]
    always = schemas[f"{title_of(resource)}Attributes"]["required"]

    for name in resource.secrets:
        shown = ["string", "null"] if name in resource.shown_once else "null"
        assert fields[name]["type"] == shown
    assert {resource.owner_field, "created_at", "updated_at"} <= set(always)
    assert not set(always) & (resource.owner_only | resource.not_in_lists)


def test_every_status_has_codes_and_every_code_is_listed(described: dict[str, Any]) -> None:
    listed = described["components"]["schemas"]["ErrorCode"]["enum"]

    assert set(listed) == {code for known in codes().values() for code in known}
    assert {"work_in_progress", "in_use", "destroy_failed"} <= codes()[409]
    assert {"required", "unknown", "invalid", "host_path"} <= codes()[422]
    assert {"plan_limit_exceeded", "system_field", "gateway_required"} <= codes()[403]


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for entry in node.values():
            yield from references(entry)
    if isinstance(node, list):
        for entry in node:
            yield from references(entry)


def test_every_reference_leads_somewhere_and_nothing_lies_about(described: dict[str, Any]) -> None:
    referred = set(references(described))
    known = {
        f"#/components/{kind}/{name}"
        for kind in ("schemas", "responses", "headers")
        for name in described["components"][kind]
    }

    assert referred <= known
    unused = {name.rpartition("/")[2] for name in known - referred}
    assert unused <= {"Allow", "MethodNotAllowed", *(name for name in unused if "List" in name)}
