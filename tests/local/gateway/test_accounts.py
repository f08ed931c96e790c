"""Accounts, with the contract's words for everything that is refused."""

from __future__ import annotations

import uuid
from typing import Any

import jwt
import pytest

from tests.local.gateway.rig import JWT_SECRET, PASSWORD, Gateway, Member, Upstreams, gateway

GOOD = {"email": "good@example.com", "password": PASSWORD}


def test_account_is_made_and_signed_in(gate: Gateway) -> None:
    answer = gate.post("/mod/auth/register", {**GOOD, "email": "a@example.com", "name": "A"})

    assert answer.status_code == 201
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    body = answer.json()
    assert list(body) == ["expires_at", "success", "token", "user"]
    assert body["success"] is True
    assert list(body["user"]) == ["email", "id", "name"]
    assert str(uuid.UUID(body["user"]["id"])) == body["user"]["id"]


def test_token_lives_a_week_and_names_its_user(gate: Gateway, member: Member) -> None:
    claims = jwt.decode(member.token, JWT_SECRET, algorithms=["HS256"])

    assert claims.pop("exp") - claims.pop("iat") == 7 * 24 * 3600
    assert claims == {
        "uid": member.id,
        "sub": member.id,
        "email": member.email,
        "role": "user",
        "pid": "free",
        "iss": "apigate",
    }


@pytest.mark.parametrize(
    ("given", "status", "text"),
    [
        ({"password": PASSWORD}, 400, "email is required"),
        ({"email": "", "password": PASSWORD}, 400, "email is required"),
        ({"email": "nope"}, 400, "invalid email format"),
        ({"email": "a@b.example"}, 400, "password is required"),
        ({**GOOD, "password": "short77"}, 400, "password must be at least 8 characters"),
        ({**GOOD, "password": "p" * 73}, 500, "failed to hash password"),
        ({**GOOD, "email": "a b@"}, 400, "failed to create user: validation failed: email"),
    ],
)
def test_account_is_refused(gate: Gateway, given: dict[str, Any], status: int, text: str) -> None:
    answer = gate.post("/mod/auth/register", given)

    assert answer.headers["content-type"] == "application/json"
    assert (answer.status_code, answer.json()) == (status, {"error": text})


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b'{"email": 1}', b"\xff"])
@pytest.mark.parametrize("path", ["/mod/auth/register", "/mod/auth/login"])
def test_body_that_is_no_object_is_refused(gate: Gateway, path: str, body: bytes) -> None:
    answer = gate.http.post(path, content=body)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("invalid request: ")


def test_password_is_counted_in_bytes(gate: Gateway) -> None:
    answer = gate.post("/mod/auth/register", {"email": "bytes@example.com", "password": "éééé"})

    assert answer.status_code == 201


def test_address_in_use_is_refused(gate: Gateway, member: Member) -> None:
    answer = gate.post("/mod/auth/register", {"email": member.email, "password": PASSWORD})

    assert (answer.status_code, answer.json()) == (409, {"error": "email already registered"})


def test_member_signs_in_by_address_or_id(gate: Gateway, member: Member) -> None:
    for name in (member.email, member.id):
        answer = gate.post("/mod/auth/login", {"email": name, "password": PASSWORD})

        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert list(answer.json()) == ["expires_at", "success", "token", "user"]
        assert answer.json()["user"]["id"] == member.id


def test_wrong_password_and_unknown_address_are_told_alike(gate: Gateway, member: Member) -> None:
    wrong = (
        {"email": member.email, "password": "wrongenough"},
        {"email": member.email, "password": "p" * 100},
        {"email": member.email.upper(), "password": PASSWORD},
        {"email": "nobody@example.com", "password": PASSWORD},
    )

    for given in wrong:
        answer = gate.post("/mod/auth/login", given)
        assert answer.json() == {"error": "invalid email or password"}
        assert answer.status_code == 401


def test_suspended_member_does_not_sign_in(gate: Gateway) -> None:
    member = gate.member(status="suspended")

    answer = gate.post("/mod/auth/login", {"email": member.email, "password": PASSWORD})

    assert (answer.status_code, answer.json()) == (403, {"error": "account is suspended"})


def test_member_sees_their_account_without_password_and_limits(
    gate: Gateway, member: Member
) -> None:
    answer = gate.get("/mod/auth/me", headers=member.session)

    user = answer.json()["user"]
    assert list(user) == [
        *("created_at", "email", "id", "name", "plan_id", "role", "status"),
        *("stripe_id", "updated_at"),
    ]
    assert (user["email"], user["plan_id"], user["status"]) == (member.email, "free", "active")


def test_nobody_is_not_authenticated(gate: Gateway, member: Member) -> None:
    for headers in ({}, {"Authorization": "Bearer a.b.c"}, {"Authorization": member.token}):
        answer = gate.get("/mod/auth/me", headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"error": "not authenticated"})


def test_good_token_of_nobody_is_told_apart(gate: Gateway) -> None:
    token = jwt.encode({"uid": "gone"}, JWT_SECRET, algorithm="HS256")

    answer = gate.get("/mod/auth/me", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()) == (401, {"error": "user not found"})


def test_token_outlives_the_sign_out(gate: Gateway, member: Member) -> None:
    answer = gate.http.post("/mod/auth/logout")

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert gate.get("/mod/auth/me", headers=member.session).status_code == 200


def test_set_up_is_for_the_first_account_alone(behind: Upstreams, tmp_path) -> None:
    with gateway(behind, tmp_path) as fresh:
        assert fresh.get("/mod/auth/setup-required").json() == {"setup_required": True}

        first, second = (fresh.post("/mod/auth/setup", GOOD) for _ in range(2))

        assert (first.status_code, first.json()["user"]["email"]) == (200, GOOD["email"])
        assert (second.status_code, second.json()) == (400, {"error": "setup already completed"})
        assert fresh.get("/mod/auth/setup-required").json() == {"setup_required": False}


def test_accounts_and_keys_outlive_a_restart(behind: Upstreams, tmp_path) -> None:
    with gateway(behind, tmp_path) as before:
        member = before.member(plan_id="pro")
        key = before.key(member)
    behind.api.seen.clear()

    with gateway(behind, tmp_path) as after:
        me = after.get("/mod/auth/me", headers=member.session).json()["user"]
        again = after.post("/mod/auth/login", {"email": member.email, "password": PASSWORD})
        after.get("/api/v1/x", headers={"X-API-Key": key["key"]})

    assert (me["id"], me["plan_id"]) == (member.id, "pro")
    assert again.status_code == 200
    assert behind.api.last.one("X-Key-ID") == key["id"]
