"""Who is let in, and with which words the others are refused."""

from __future__ import annotations

import re
import time

import jwt
import pytest

from tests.local.gateway.rig import (
    FREE,
    JWT_SECRET,
    METER_KEY,
    PRO,
    Gateway,
    Member,
    error,
    proxy_error,
)

PLACE = "/api/v1/deployments"
MISSING = proxy_error("missing_api_key", "API key is required", 401)
INVALID = proxy_error("invalid_api_key", "Invalid or expired API key", 401)
SUSPENDED = proxy_error("user_suspended", "Account is suspended", 403)
REVOKED = proxy_error("key_revoked", "API key has been revoked", 401)
EXPIRED = proxy_error("key_expired", "API key has expired", 401)


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def signed(member: Member, secret: str = JWT_SECRET, **claims: object) -> dict[str, str]:
    usual = {"uid": member.id, "sub": member.id, "exp": int(time.time()) + 60}
    return bearer(jwt.encode({**usual, **claims}, secret, algorithm="HS256"))


@pytest.mark.parametrize("path", [PLACE, "/api/v1/nodes", "/api/v1/anything"])
def test_request_without_a_credential_is_refused_at_the_gateway(gate: Gateway, path: str) -> None:
    assert error(gate.get(path)) == MISSING
    assert gate.api.seen == []


def test_only_the_named_ways_carry_a_credential(gate: Gateway, member: Member) -> None:
    key = gate.key(member)["key"]
    others = (
        {"headers": {"Authorization": f"bearer {member.token}"}},
        {"headers": {"Authorization": f"Basic {member.token}"}},
        {"headers": {"Cookie": f"token={member.token}"}},
        {"params": {"api_key": key}},
    )

    for way in others:
        assert error(gate.get(PLACE, **way)) == MISSING


def test_preflight_is_an_ordinary_request(gate: Gateway) -> None:
    answer = gate.http.options(PLACE, headers={"Origin": "https://elsewhere.example"})

    assert error(answer) == MISSING
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_token_that_is_not_valid_is_refused(gate: Gateway, member: Member) -> None:
    never_issued = bearer("ak_" + "0" * 64)
    refused = (
        bearer("a.b.c"),
        signed(member, secret="8" * 64),
        signed(member, exp=int(time.time()) - 1),
        signed(member, uid="nobody"),
        never_issued,
        {"X-API-Key": "ak_short"},
        {"X-API-Key": METER_KEY},
    )

    for headers in refused:
        assert error(gate.get(PLACE, headers=headers)) == INVALID
    assert gate.api.seen == []


def test_token_of_another_hmac_is_valid(gate: Gateway, member: Member) -> None:
    claims = {"uid": member.id, "exp": int(time.time()) + 60, "aud": "anybody"}

    answer = gate.get(PLACE, headers=bearer(jwt.encode(claims, JWT_SECRET, algorithm="HS384")))

    assert answer.status_code == 200


def test_public_route_does_not_mind_a_bad_token(gate: Gateway) -> None:
    answer = gate.get("/api/v1/templates", headers=bearer("a.b.c"))

    assert answer.status_code == 200
    assert gate.api.last.one("X-User-ID") == ""


@pytest.mark.parametrize("path", ["/api/v1/health", "/api/v1/ready", "/api/v1/openapi.json"])
def test_public_route_needs_no_account_and_has_no_limits(gate: Gateway, path: str) -> None:
    answer = gate.get(path)

    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith(("x-ratelimit", "x-quota"))]


def test_webhook_needs_no_account(gate: Gateway) -> None:
    assert gate.post("/api/v1/webhooks/stripe", {}).status_code == 200


@pytest.mark.parametrize("name", ["X-API-Key", "Authorization"])
@pytest.mark.parametrize("path", [PLACE, "/api/v1/templates"])
def test_key_speaks_for_its_owner(gate: Gateway, member: Member, name: str, path: str) -> None:
    made = gate.key(member)
    text = f"Bearer {made['key']}" if name == "Authorization" else made["key"]

    assert gate.get(path, headers={name: text}).status_code == 200

    assert re.fullmatch(r"key_[0-9a-f]{16}", made["id"])
    assert gate.api.last.one("X-Key-ID") == made["id"]
    assert gate.api.last.one("X-User-ID") == member.id
    assert gate.api.last.one("X-Plan-Limits") == FREE


def test_session_comes_before_a_key(gate: Gateway, member: Member) -> None:
    key = gate.key(gate.member())["key"]

    gate.get(PLACE, headers={**member.session, "X-API-Key": key})

    assert gate.api.last.one("X-User-ID") == member.id


def test_session_may_come_where_a_key_does(gate: Gateway, member: Member) -> None:
    gate.get(PLACE, headers={"X-API-Key": member.token})

    assert gate.api.last.one("X-Key-ID") == f"session:{member.id}"


def test_templates_with_a_bad_key_are_refused(gate: Gateway) -> None:
    for headers in ({"X-API-Key": "ak_" + "0" * 64}, bearer("ak_" + "0" * 64)):
        assert error(gate.get("/api/v1/templates", headers=headers)) == INVALID
    assert gate.api.seen == []


def test_key_is_listed_without_its_text_and_ends_when_it_is_revoked(
    gate: Gateway, member: Member
) -> None:
    first, second = gate.key(member, name="one", scopes=["a"]), gate.key(member)

    revoked = gate.http.delete(f"/_local/keys/{first['id']}")

    assert revoked.status_code == 204
    assert error(gate.get(PLACE, headers={"X-API-Key": first["key"]})) == REVOKED
    assert gate.get(PLACE, headers={"X-API-Key": second["key"]}).status_code == 200
    listed = gate.get("/_local/keys", params={"user_id": member.id})
    assert [(key["id"], key["name"], key["scopes"]) for key in listed.json()["keys"]] == [
        (first["id"], "one", ["a"]),
        (second["id"], "", []),
    ]
    assert [key["revoked_at"] is None for key in listed.json()["keys"]] == [False, True]
    assert first["key"] not in listed.text


def test_key_ends_at_its_time(gate: Gateway, member: Member) -> None:
    over = gate.key(member, expires_at="2020-01-01T00:00:00Z")["key"]
    good = gate.key(member, expires_at="2999-01-01T00:00:00Z")["key"]

    assert error(gate.get(PLACE, headers={"X-API-Key": over})) == EXPIRED
    assert gate.get(PLACE, headers={"X-API-Key": good}).status_code == 200


def test_key_is_made_for_a_user_that_exists_and_a_time_that_is_one(
    gate: Gateway, member: Member
) -> None:
    refused = (
        gate.post("/_local/keys", {"user_id": "nobody"}),
        gate.post("/_local/keys", {}),
        gate.post("/_local/keys", {"user_id": member.id, "expires_at": "soon"}),
        gate.http.delete("/_local/keys/key_0"),
    )

    assert [answer.status_code for answer in refused] == [404, 404, 400, 404]
    assert gate.get("/_local/keys", params={"user_id": member.id}).json() == {"keys": []}


def test_suspended_account_is_refused_with_session_and_key(gate: Gateway, member: Member) -> None:
    key = gate.key(member)["key"]
    gate.change(member, status="suspended")

    assert error(gate.get(PLACE, headers=member.session)) == SUSPENDED
    assert error(gate.get(PLACE, headers={"X-API-Key": key})) == SUSPENDED
    assert gate.api.seen == []

    gate.change(member, status="active")

    assert gate.get(PLACE, headers=member.session).status_code == 200


def test_change_of_plan_needs_no_new_token(gate: Gateway, member: Member) -> None:
    shown = gate.change(member, plan_id="pro")

    gate.get(PLACE, headers=member.session)

    assert shown["plan_id"] == "pro"
    assert gate.api.last.one("X-Plan-ID") == "pro"
    assert gate.api.last.one("X-Plan-Limits") == PRO


def test_change_of_a_user_that_is_not_there(gate: Gateway) -> None:
    answer = gate.post("/_local/users/nobody", {"plan_id": "pro"})

    assert (answer.status_code, answer.json()) == (404, {"error": "unknown user"})
