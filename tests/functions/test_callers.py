"""The same table of callers for every operation: nobody, no gateway, a stranger, the owner."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.ports.records import Change
from chalicelib.resources.registry import RESOURCES
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Operation
from tests.functions import things
from tests.functions.cases import CASES
from tests.functions.checks import Checked
from tests.functions.good import EVERY, Good, good_call
from tests.world import SECRET

ON_A_RECORD = {name: o for name, o in EVERY.items() if "{id}" in o.path}
OWNED = {name: o for name, o in ON_A_RECORD.items() if o.access == "owner"}
WITH_BODY = {name: o for name, o in EVERY.items() if o.body is not None}
OF_A_RESOURCE = {name: o for name, o in WITH_BODY.items() if CASES[name].kind == ""}
PATCHED = {name: o for name, o in OWNED.items() if o.method == "PATCH"}
WRITING = {name: o for name, o in EVERY.items() if o.method != "GET"}
READING_BODIES = {name: o for name, o in WRITING.items() if o.reads_body}
OWNER = "owner-of-the-table"
ROOM = 15
"""For how many operations one owner makes what they are called on."""


def table(chosen: dict[str, Operation]) -> Any:
    return pytest.mark.parametrize("name", sorted(chosen))


@pytest.fixture(scope="module")
def kept() -> dict[str, Good]:
    return {}


@pytest.fixture
def refused(here: Checked, kept: dict[str, Good], name: str) -> Good:
    """A good call that no test lets through: what it is called on is made once for all."""
    if name not in kept:
        # A plan has room for so many of each.
        kept[name] = good_call(here, name, f"{OWNER}-{len(kept) // ROOM}")
    return replace(kept[name], here=here)


def path_to_nothing(name: str, record_id: str = "x") -> str:
    path = EVERY[name].path.removeprefix("/v1")
    return path.replace("{id}", record_id).replace("{hostname}", "y")


def test_every_operation_has_a_case() -> None:
    assert sorted(CASES) == sorted(EVERY)


def test_open_routes_are_those_that_the_contract_opens() -> None:
    assert {name for name, o in EVERY.items() if o.access == "anyone"} == {
        "GET /v1/health",
        "GET /v1/openapi.json",
        "GET /v1/ready",
        "GET /v1/templates",
        "GET /v1/templates/{id}",
        "GET /v1/templates/{id}/versions",
        "GET /v1/templates/{id}/versions/{version}",
        "POST /v1/account/password-resets",
        "POST /v1/account/passwords",
        "POST /v1/notice_confirmations",
        "GET /v1/notice_unsubscriptions/{token}",
        "POST /v1/notice_unsubscriptions/{token}",
        "POST /v1/webhooks/stripe",
    }


@table(EVERY)
def test_owner_succeeds(here: Checked, owner: str, name: str) -> None:
    reply = good_call(here, name, owner).call()

    assert reply.status == CASES[name].status, reply.body


@table(EVERY)
def test_call_beside_the_gateway_is_refused_before_anything_else(here: Checked, name: str) -> None:
    for shown in (None, "", SECRET[:-1], SECRET + "s", "t" * len(SECRET)):
        reply = here.call(
            EVERY[name].method, path_to_nothing(name), headers={"X-Gateway-Secret": shown}
        )

        assert (reply.status, reply.codes) == (403, ["gateway_required"]), shown


@table({name: o for name, o in EVERY.items() if o.access != "anyone"})
def test_nobody_is_asked_to_sign_in_before_existence_is_looked_at(here: Checked, name: str) -> None:
    reply = here.call(EVERY[name].method, path_to_nothing(name), user=None)

    assert (reply.status, reply.codes) == (401, ["unauthenticated"])


@table(EVERY)
def test_malformed_user_is_refused(here: Checked, name: str) -> None:
    for user in ("a b", "x" * 65, "user#1", "\u00fc", "a,b", "user\n"):
        reply = here.call(EVERY[name].method, path_to_nothing(name), user=user)

        assert (reply.status, reply.codes) == (400, ["bad_request"]), user


@table(ON_A_RECORD)
def test_stranger_finds_nothing(refused: Good, name: str) -> None:
    if name.endswith("unpublish"):
        assert refused.here.call("GET", refused.path.removesuffix("/unpublish")).status == 200

    reply = refused.call(user="stranger")

    assert (reply.status, reply.codes) == (404, ["not_found"])


NOTHINGS = (
    "x",
    "node_0000000000000000",
    "\u00e9",
    "x" * 3000,
    "%00",
    "a b",
    "\ud800",
    "a\0b",
    "\0",
)


@table(ON_A_RECORD)
def test_record_that_is_not_there_is_not_found(refused: Good, name: str) -> None:
    for record_id in NOTHINGS:
        reply = refused.call(path=path_to_nothing(name, record_id))

        assert (reply.status, reply.codes) == (404, ["not_found"]), record_id


@table(ON_A_RECORD)
def test_record_of_another_type_is_not_found(refused: Good, owner: str, name: str) -> None:
    of = refused.user
    node = things.node(of) if "/nodes/" not in name else things.ssh_key(refused.here, of)

    reply = refused.call(path=path_to_nothing(name, node))

    assert (reply.status, reply.codes) == (404, ["not_found"])


@table(EVERY)
def test_answer_in_another_media_type_is_refused(refused: Good, name: str) -> None:
    for accepted in ("text/html", "application/xml, image/*", "application/vnd.api"):
        reply = refused.call(headers={"Accept": accepted})

        assert (reply.status, reply.codes) == (406, ["not_acceptable"]), accepted


@table(EVERY)
def test_unknown_query_word_is_named(refused: Good, name: str) -> None:
    for word in ("page[offset]", "page[number]", "colour", "filter[colour]"):
        reply = refused.call(path=f"{refused.path}{'&' if '?' in refused.path else '?'}{word}=1")

        assert (reply.status, reply.codes) == (400, ["unknown_query"]), word
        assert word in reply.body["errors"][0]["detail"]
        assert reply.body["errors"][0]["source"] == {"parameter": word}


@table(READING_BODIES)
def test_body_in_another_media_type_is_refused(refused: Good, name: str) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "", None):
        reply = refused.call(body='{"data": {}}', headers={"Content-Type": kind})

        assert (reply.status, reply.codes) == (415, ["unsupported_media_type"]), kind


UNREADABLE = (
    "{",
    "[]",
    "null",
    '"text"',
    "\ud800",
    '{"data": {"attributes": {"name": "\\ud800"}}}',
    '{"data": {"attributes": {"name": NaN}}}',
    '{"data": {"attributes": {"name": 1e999}}}',
    '{"data": {"attributes": {"name": 1e-300}}}',
    '{"data": {"attributes": {"name": ' + "9" * 40 + "}}}",
    "[" * 100_000,
    '{"data": {"attributes": {"name": ' + "[" * 25 + "1" + "]" * 25 + "}}}",
    '{"data": {"attributes": {"name": ' + '{"a": ' * 400 + "1" + "}" * 400 + "}}}",
    '{"data": {"attributes": {"name": "x", "name": "y"}}}',
    '{"data": {}, "data": {}}',
    "\x00",
)


def test_bodies_are_read_but_where_mail_programs_post_what_they_like() -> None:
    assert WRITING.keys() - READING_BODIES.keys() == {"POST /v1/notice_unsubscriptions/{token}"}


@table(READING_BODIES)
def test_body_that_cannot_be_read_is_refused(refused: Good, name: str) -> None:
    for body in UNREADABLE:
        reply = refused.call(body=body)

        assert (reply.status, reply.codes) == (400, ["bad_request"]), ascii(body)[:60]


@table(WITH_BODY)
def test_document_of_another_shape_is_refused(refused: Good, name: str) -> None:
    for data in (None, [], "text", 1, {"attributes": []}, {"attributes": "text"}):
        reply = refused.call(body=json.dumps({"data": data}))

        assert (reply.status, reply.codes) == (400, ["bad_request"]), data
        assert reply.body["errors"][0]["source"] == {"pointer": "/data"}


@table(WRITING)
def test_body_beyond_a_megabyte_is_refused(refused: Good, name: str) -> None:
    reply = refused.call(body=json.dumps({"data": {"attributes": {"name": "x" * 1_048_577}}}))

    assert (reply.status, reply.codes) == (413, ["too_large"])


@table(EVERY)
def test_query_of_what_is_no_text_is_refused(refused: Good, name: str) -> None:
    for words in (
        "limit=\x00",
        "page[size]=1\x00",
        "a\x00b=1",
        "filter[status]=\ud800",
        "scope=\x7f",
    ):
        reply = refused.call(path=f"{refused.path}{'&' if '?' in refused.path else '?'}{words}")

        assert (reply.status, reply.codes[0]) in {(400, "bad_request"), (400, "unknown_query")}
        assert "parameter" in reply.body["errors"][0]["source"]


@table(WITH_BODY)
def test_nul_is_refused_where_it_stands(refused: Good, name: str) -> None:
    for field in EVERY[name].body.model_fields:
        reply = refused.call(attributes={**(refused.attributes or {}), field: "a\0b"})

        assert reply.status == 422, (field, reply.body)
        pointers = [error["source"]["pointer"] for error in reply.body["errors"]]
        assert f"/data/attributes/{field}" in pointers, (field, pointers)


@table({name: o for name, o in OF_A_RESOURCE.items() if o.success == 201})
def test_id_that_a_client_made_is_refused(refused: Good, name: str) -> None:
    document = {"type": name.split("/")[2], "id": "mine", "attributes": refused.attributes}

    reply = refused.call(body=json.dumps({"data": document}))

    assert (reply.status, reply.codes) == (403, ["client_id"])
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/id"}


@table({name: o for name, o in OF_A_RESOURCE.items() if not o.is_action})
def test_unknown_relationship_is_told_with_all_else(refused: Good, name: str) -> None:
    document = {
        "type": name.split("/")[2],
        "attributes": {**(refused.attributes or {}), "colour": "red"},
        "relationships": {"painter": {"data": {"type": "users", "id": "x"}}},
    }

    reply = refused.call(body=json.dumps({"data": document}))

    assert reply.status == 422
    assert {error["source"]["pointer"] for error in reply.body["errors"]} == {
        "/data/relationships/painter",
        "/data/attributes/colour",
    }


@table(OF_A_RESOURCE)
def test_document_of_another_type_conflicts(refused: Good, name: str) -> None:
    reply = refused.call(kind="painters")

    assert (reply.status, reply.codes) == (409, ["type_mismatch"])


@table({name: o for name, o in OF_A_RESOURCE.items() if o.method == "PATCH"})
def test_document_with_another_id_conflicts(refused: Good, name: str) -> None:
    kind = name.split("/")[2]
    document = {"data": {"type": kind, "id": "other", "attributes": refused.attributes}}

    reply = refused.call(body=json.dumps(document))

    assert (reply.status, reply.codes) == (409, ["id_mismatch"])


@table(OF_A_RESOURCE)
def test_field_of_the_system_is_refused(refused: Good, name: str) -> None:
    resource = RESOURCES[name.split("/")[2]]
    for field in ("status", "created_at", "updated_at", resource.owner_field):
        reply = refused.call(attributes={**(refused.attributes or {}), field: "mine"})

        assert (reply.status, reply.codes) == (403, ["system_field"]), field
        assert field in reply.body["errors"][0]["detail"]


@table(WITH_BODY)
def test_unknown_attribute_is_named(refused: Good, name: str) -> None:
    reply = refused.call(attributes={**(refused.attributes or {}), "colour": "red"})

    assert (reply.status, reply.codes) == (422, ["unknown"])
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/colour"}


def needs_something(operation: Operation) -> bool:
    return any(field.is_required() for field in operation.body.model_fields.values())


@table({name: o for name, o in WITH_BODY.items() if o.method == "POST" and needs_something(o)})
def test_missing_attributes_are_all_named(refused: Good, name: str) -> None:
    body = EVERY[name].body
    assert body is not None

    reply = refused.call(attributes={})

    wanted = {field for field, info in body.model_fields.items() if info.is_required()}
    assert reply.status == 422
    assert {e["source"]["pointer"].split("/")[3] for e in reply.body["errors"]} == wanted
    assert set(reply.codes) == {"required"}


BEYOND_BOUNDS = (
    "x" * 500_000,
    "\u20ac" * 130_000,
    10**17,
    -1,
    None,
    ["x" * 500_000],
    {"x": "y" * 500_000},
)


@table(WITH_BODY)
def test_values_beyond_all_bounds_never_break(refused: Good, name: str) -> None:
    body = EVERY[name].body
    assert body is not None
    for field in body.model_fields:
        for value in BEYOND_BOUNDS:
            reply = refused.call(attributes={**(refused.attributes or {}), field: value})

            known_good = value is None and reply.status in {200, 201, 202}
            assert known_good or reply.status in {403, 409, 413, 422}, (field, str(value)[:20])


@table(OWNED)
def test_another_version_than_the_expected_one_is_left_alone(refused: Good, name: str) -> None:
    for expected in ('"4711"', "4711", 'W/"1"', '"4711", "4712"'):
        reply = refused.call(headers={"If-Match": expected})

        assert (reply.status, reply.codes) == (412, ["precondition_failed"]), expected


@table({name: o for name, o in OWNED.items() if o.method != "GET"})
def test_change_that_comes_between_is_never_written_over(
    here: Checked, owner: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever writes on the record demands the version that `If-Match` names."""
    good, store = good_call(here, name, owner), wiring.records()
    target, came = good.path.split("/")[2], []

    def first(write: Callable[..., Any]) -> Callable[..., Any]:
        def writing(*given: Any) -> Any:
            mine = [w for w in given if isinstance(w, Change) and w.of.id == target]
            if mine and not came:
                came.append(store.get(target))
                change(Change(of=came[0], attributes={"between": True}))
            return write(*given)

        return writing

    change, commit = store.change, store.commit
    version = here.call("GET", f"/{good.path.split('/')[1]}/{target}", user=owner).headers["ETag"]
    monkeypatch.setattr(store, "change", first(change))
    monkeypatch.setattr(store, "commit", first(commit))
    reply = good.call(headers={"If-Match": version})

    if came:
        assert (reply.status, reply.codes) == (412, ["precondition_failed"])
        after = store.get(target)
        assert after is not None
        assert (after.version, after.status) == (came[0].version + 1, came[0].status)


@table({name: o for name, o in PATCHED.items() if name.replace("PATCH", "GET") in EVERY})
def test_expected_version_is_changed(here: Checked, owner: str, name: str) -> None:
    good = good_call(here, name, owner)
    version = here.call("GET", good.path, user=owner).headers["ETag"]

    reply = good.call(headers={"If-Match": f'"4711", {version}'})

    assert reply.status == 200
    assert reply.headers["ETag"] != version
