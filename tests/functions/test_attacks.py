"""Requests as an attacker writes them: none is taken for somebody else's, none breaks anything."""

from __future__ import annotations

import base64
import importlib
import json
from typing import Any

import pytest

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked, check
from tests.functions.good import EVERY
from tests.world import SECRET, Reply, route

Json = dict[str, Any]


def send(
    method: str,
    path: str,
    *,
    user: str | None = "user-a",
    headers: dict[str, list[str]] | None = None,
    **event: Any,
) -> Reply:
    """Call what serves a path with an event that a test writes in full."""
    function, resource, parameters = route(method, path)
    signed = {"X-Gateway-Secret": [SECRET], "X-Plan-ID": ["pro"]}
    signed |= {"Content-Type": ["application/json"]}
    signed |= {"X-User-ID": [user]} if user is not None else {}
    signed |= {"X-Key-ID": [f"session:{user}"]}
    whole = {
        "httpMethod": method,
        "path": f"/v1{path}",
        "resource": resource,
        "pathParameters": parameters,
        "multiValueHeaders": {**signed, **(headers or {})},
        "multiValueQueryStringParameters": None,
        "body": None,
        "requestContext": {"requestId": "req-1"},
    }
    answer = importlib.import_module(function.module).handler({**whole, **event}, None)
    text = answer["body"]
    reply = Reply(answer["statusCode"], json.loads(text) if text else None, answer["headers"])
    assert all(value.isprintable() and value.isascii() for value in reply.headers.values())
    check(reply)
    return reply


def refused(reply: Reply, status: int, code: str) -> bool:
    return (reply.status, reply.codes) == (status, [code])


# Who is calling -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"X-User-ID": ["user-a", "user-b"]},
        {"X-User-ID": ["user-a"], "x-user-id": ["user-b"]},
        {"x-user-id": ["user-b"]},
        {"X-USER-ID": ["user-a"]},
        {"X-User-ID": ["", ""]},
        {"X-User-ID": ["user-a,user-b"]},
        {"X-User-ID": [" user-a"]},
        {"X-User-ID": ["user-a\t"]},
        {"X-User-ID": ["user-a\n"]},
        {"X-User-ID": ["\uff55ser-a"]},
        {"X-User-ID": ["user-\u0661"]},
        {"X-User-ID": ["user-a\x00"]},
        {"X-User-ID": ["user#a"]},
        {"X-User-ID": ["../user-a"]},
        {"X-User-ID": ["u" * 65]},
        {"X-User-ID": ["\ud800"]},
    ],
    ids=ascii,
)
def test_identity_that_is_not_one_plain_id_is_none(here: Checked, headers: Any) -> None:
    sent = {"X-User-ID": ["user-a"], **headers} if "X-User-ID" not in headers else headers

    assert refused(send("GET", "/templates", user=None, headers=sent), 400, "bad_request")


@pytest.mark.parametrize("name", ["x-user-id", "X-USER-ID", "x-User-Id"])
def test_name_of_the_header_has_no_case(here: Checked, owner: str, name: str) -> None:
    reply = send("GET", "/ssh_keys", user=None, headers={name: [owner]})

    assert reply.status == 200


@pytest.mark.parametrize("name", ["X_User_ID", "X-User-ID ", "X-User-\u0130D", "User-ID", "X-User"])
def test_header_that_only_looks_like_it_says_nothing(here: Checked, owner: str, name: str) -> None:
    reply = send("GET", "/ssh_keys", user=None, headers={name: [owner]})

    assert refused(reply, 401, "unauthenticated")


@pytest.mark.parametrize(
    "secret",
    [
        [],
        [""],
        [SECRET, SECRET],
        [SECRET, "x"],
        [SECRET + " "],
        [" " + SECRET],
        [SECRET.upper()],
        [SECRET + "\x00"],
        ["\ud800"],
        ["\u00e9"],
        ["x" * 100_000],
    ],
    ids=lambda secret: ascii(secret)[:30],
)
def test_secret_is_the_gateways_own_or_nothing_is_looked_at(here: Checked, secret: Any) -> None:
    reply = send("GET", "/ssh_keys", headers={"X-Gateway-Secret": secret})

    assert refused(reply, 403, "gateway_required")


def test_empty_secret_of_before_lets_nobody_in(here: Checked) -> None:
    """The secret's `previous` is empty until the first rotation."""
    for shown in ("", " "):
        reply = send("GET", "/templates", headers={"X-Gateway-Secret": [shown]})

        assert refused(reply, 403, "gateway_required")


@pytest.mark.parametrize(
    "limits",
    [
        ["{}", "{}"],
        ["[" * 100_000],
        ["\ud800"],
        ['{"max_deployments": 1e999}'],
        ['{"max_deployments": "9"}'],
        ["null"],
        ["-1"],
    ],
    ids=lambda limits: ascii(limits)[:30],
)
def test_limits_that_cannot_be_read_allow_nothing(here: Checked, owner: str, limits: Any) -> None:
    attributes = things.provision_attributes(things.credential(here, owner))
    document = {"data": {"type": "cloud_provisions", "attributes": attributes}}

    reply = send(
        "POST",
        "/cloud_provisions",
        user=owner,
        headers={"X-Plan-Limits": limits},
        body=json.dumps(document),
    )

    assert refused(reply, 403, "plan_unknown")


def test_two_plans_are_none(here: Checked, owner: str) -> None:
    attributes = things.provision_attributes(things.credential(here, owner))
    document = {"data": {"type": "cloud_provisions", "attributes": attributes}}

    reply = send(
        "POST",
        "/cloud_provisions",
        user=owner,
        headers={"X-Plan-ID": ["free", "pro"]},
        body=json.dumps(document),
    )

    assert refused(reply, 403, "plan_unknown")


@pytest.mark.parametrize(
    "name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"]
)
def test_method_is_the_one_that_was_sent(here: Checked, owner: str, name: str) -> None:
    key = things.ssh_key(here, owner)

    reply = send("GET", f"/ssh_keys/{key}", user=owner, headers={name: ["DELETE"]})

    assert reply.status == 200
    assert wiring.records().get(key).status == "active"  # type: ignore[union-attr]


# What is sent -------------------------------------------------------------------------------


def as_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_body_in_base64_is_read(here: Checked, owner: str) -> None:
    document = {"data": {"type": "templates", "attributes": things.template_attributes()}}

    reply = send(
        "POST", "/templates", user=owner, body=as_base64(json.dumps(document)), isBase64Encoded=True
    )

    assert reply.status == 201


@pytest.mark.parametrize("body", ["e30", "{}", "====", "e30=\x00", "\u00e9", "e3 0=", "\ud800"])
def test_body_that_is_no_base64_is_refused(here: Checked, body: str) -> None:
    reply = send("POST", "/templates", body=body, isBase64Encoded=True)

    assert refused(reply, 400, "bad_request")


def test_body_in_base64_has_the_same_bound(here: Checked) -> None:
    body = as_base64('"' + "x" * 1_048_576 + '"')

    reply = send("POST", "/templates", body=body, isBase64Encoded=True)

    assert refused(reply, 413, "too_large")


@pytest.mark.parametrize("coding", [["gzip"], ["br"], ["deflate, gzip"], ["identity", "gzip"]])
def test_body_that_is_packed_is_refused(here: Checked, coding: list[str]) -> None:
    reply = send("POST", "/templates", body="{}", headers={"Content-Encoding": coding})

    assert refused(reply, 415, "unsupported_media_type")


def test_body_that_is_not_packed_may_say_so(here: Checked, owner: str) -> None:
    document = {"data": {"type": "templates", "attributes": things.template_attributes()}}
    sent = {"Content-Encoding": ["Identity"]}

    reply = send("POST", "/templates", user=owner, headers=sent, body=json.dumps(document))

    assert reply.status == 201


@pytest.mark.parametrize(
    "kinds",
    [
        ["application/json", "text/plain"],
        ["application/json, text/plain"],
        ["application/jsonp"],
        ["application/json\x00"],
        ["x" * 100_000],
    ],
    ids=lambda kinds: ascii(kinds)[:30],
)
def test_kind_of_the_body_is_one_of_two(here: Checked, kinds: list[str]) -> None:
    reply = send("POST", "/templates", body="{}", headers={"Content-Type": kinds})

    assert refused(reply, 415, "unsupported_media_type")


@pytest.mark.parametrize("name", sorted(n for n, o in EVERY.items() if o.body is not None))
def test_nothing_that_is_deeply_nested_is_kept_or_breaks(
    here: Checked, owner: str, name: str
) -> None:
    body, deep = EVERY[name].body, '{"a": ' * 200 + "1" + "}" * 200
    path = EVERY[name].path.removeprefix("/v1").replace("{id}", "x")
    assert body is not None
    for field in body.model_fields:
        text = (
            f'{{"data": {{"type": "{path.split("/")[1]}", "attributes": {{"{field}": {deep}}}}}}}'
        )

        reply = send(EVERY[name].method, path, user=owner, body=text)

        assert reply.status in {400, 403, 404, 409, 422}, field


# Where it is sent ---------------------------------------------------------------------------

STRANGE_IDS = (
    "%2F",
    "a/b",
    "../ssh_keys",
    "..%2f..",
    "\x00",
    "x\x00",
    "\u202e",
    "\ud800",
    "%",
    "{id}",
    "*",
    "x" * 5000,
    "' OR 1=1",
    "#",
    "?",
)


@pytest.mark.parametrize(
    "name", sorted(n for n, o in EVERY.items() if "{id}" in o.path and o.access == "owner")
)
def test_strange_ids_are_not_found(here: Checked, owner: str, name: str) -> None:
    path = EVERY[name].path.removeprefix("/v1").replace("{id}", "x").replace("{hostname}", "y")
    _, _, parameters = route(EVERY[name].method, path)
    for strange in STRANGE_IDS:
        changed = dict.fromkeys(parameters, strange)

        reply = send(EVERY[name].method, path, user=owner, pathParameters=changed)

        assert refused(reply, 404, "not_found"), ascii(strange)


@pytest.mark.parametrize("host", STRANGE_IDS)
def test_strange_host_names_are_not_found(here: Checked, owner: str, host: str) -> None:
    app = things.deployment(here, owner)
    named = {"id": app, "hostname": host}

    reply = send("DELETE", f"/deployments/{app}/domains/x", user=owner, pathParameters=named)

    assert refused(reply, 404, "not_found")


def test_record_of_another_type_is_not_reached_through_a_path(here: Checked, owner: str) -> None:
    key = things.ssh_key(here, owner)

    reply = send("GET", "/cloud_credentials/x", user=owner, pathParameters={"id": key})

    assert refused(reply, 404, "not_found")


@pytest.mark.parametrize(
    "words",
    [
        {"page[size]": ["1", "1000"]},
        {"page[size]": ["\u0663"]},
        {"page[size]": ["\u00b2"]},
        {"page[size]": ["1_0"]},
        {"page[size]": ["+1"]},
        {"page[size]": [" 1"]},
        {"page[size]": ["1" * 5000]},
        {"page[after]": ["\ud800"]},
        {"page[after]": ["a", "b"]},
        {"page[after]": ["x" * 100_000]},
        {"sort": ["created_at", "-created_at"]},
        {"fields[ssh_keys]": ["name", "private_key"]},
        {"fields[ssh_keys]": ["__class__"]},
        {"PAGE[SIZE]": ["1"]},
        {"page[size]\x00": ["1"]},
        {"": ["1"]},
    ],
    ids=lambda words: ascii(words)[:40],
)
def test_strange_query_words_are_refused(here: Checked, owner: str, words: Any) -> None:
    reply = send("GET", "/ssh_keys", user=owner, multiValueQueryStringParameters=words)

    assert reply.status == 400


@pytest.mark.parametrize("name", ["GET /v1/ssh_keys/{id}", "POST /v1/ssh_keys"])
def test_word_that_stands_twice_is_refused_everywhere(here: Checked, owner: str, name: str) -> None:
    path = EVERY[name].path.removeprefix("/v1").replace("{id}", things.ssh_key(here, owner))
    words = {"fields[ssh_keys]": ["name", "name"]}

    reply = send(EVERY[name].method, path, user=owner, multiValueQueryStringParameters=words)

    assert refused(reply, 400, "bad_request")


# What comes back ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [["x" * 10_000], ["a\r\nSet-Cookie: b"], ["\u00e9"], ["\ud800"], ["a", "b"], [""], ["a b"]],
    ids=lambda sent: ascii(sent)[:30],
)
def test_strange_id_of_a_request_does_not_come_back(here: Checked, sent: list[str]) -> None:
    reply = send("GET", "/templates", headers={"X-Request-ID": sent})

    assert (reply.status, reply.headers["X-Request-ID"]) == (200, "req-1")


def test_plain_id_of_a_request_comes_back(here: Checked) -> None:
    reply = send("GET", "/templates", headers={"X-Request-ID": ["Root=1-67891233:ab_c.d"]})

    assert reply.headers["X-Request-ID"] == "Root=1-67891233:ab_c.d"


@pytest.mark.parametrize("name", ["Accept", "If-Match", "X-Plan-ID", "User-Agent", "Cookie"])
def test_header_beyond_all_use_breaks_nothing(here: Checked, owner: str, name: str) -> None:
    key = things.ssh_key(here, owner)
    for value in ("x," * 100_000, "\ud800", "\x00", '"' * 10_000, "*/*;q=" + "9" * 10_000):
        reply = send("GET", f"/ssh_keys/{key}", user=owner, headers={name: [value]})

        assert reply.status in {200, 406, 412}, ascii(value)[:20]


@pytest.mark.parametrize("missing", ["multiValueHeaders", "pathParameters", "requestContext"])
def test_event_that_lacks_something_is_refused_and_not_broken(here: Checked, missing: str) -> None:
    reply = send("GET", "/ssh_keys/x", **{missing: None})

    assert reply.status in {403, 404}
