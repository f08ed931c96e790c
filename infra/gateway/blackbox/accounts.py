"""Checks of accounts and credentials: C-01 to C-33 of the gateway's contract."""

from __future__ import annotations

import re
import secrets
import time
from datetime import UTC, datetime, timedelta

import jwt

from infra.gateway.blackbox.bench import (
    BAD_TOKEN,
    PASSWORD,
    Bench,
    NotAsked,
    is_error,
    is_plain,
    same,
    true,
)
from infra.gateway.blackbox.suite import check
from infra.gateway.payloads import table

X = "/api/v1/x"
WEEK = 7 * 24 * 3600
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEY_ID = re.compile(r"key_[0-9a-f]{16}")


def limits(plan: str) -> str:
    """What a plan brings, in the bytes of the header."""
    return str(table()["plans"][plan]["limits"]).replace("'", '"').replace(" ", "")


@check("C-01")
def registration(on: Bench) -> None:
    """Registration answers with a session."""
    email = f"a-{secrets.token_hex(6)}@x.io"
    given = {"email": email, "password": PASSWORD, "name": "A"}
    first = on.ask("POST", "/mod/auth/register", json=given)
    same(first.status_code, 201, "status")
    same(set(first.json()), {"expires_at", "success", "token", "user"}, "keys")
    same(set(first.json()["user"]), {"email", "id", "name"}, "keys of the user")
    true(bool(UUID.fullmatch(first.json()["user"]["id"])), "the id is no UUID")


@check("C-02")
def taken(on: Bench) -> None:
    """An address that is in use is refused."""
    given = {"email": on.one.email, "password": PASSWORD}
    is_plain(on.ask("POST", "/mod/auth/register", json=given), 409, "email already registered")


@check("C-03 C-04 C-05 C-06")
def lacking(on: Bench) -> None:
    """What registration lacks is named."""
    for given, error in (
        ({"password": PASSWORD}, "email is required"),
        ({"email": "nope", "password": PASSWORD}, "invalid email format"),
        ({"email": "b@x.io"}, "password is required"),
        ({"email": "b@x.io", "password": "short77"}, "password must be at least 8 characters"),
    ):
        is_plain(on.ask("POST", "/mod/auth/register", json=given), 400, error)


@check("C-07")
def no_json(on: Bench) -> None:
    """A body that is no JSON is told so."""
    answer = on.ask("POST", "/mod/auth/register", content=b"{")
    same(answer.status_code, 400, "status")
    true(answer.json()["error"].startswith("invalid request: "), answer.text)


@check("C-08")
def simple_password(on: Bench) -> None:
    """A password needs no more than its length."""
    given = {"email": f"c-{secrets.token_hex(6)}@x.io", "password": "aaaaaaaa"}
    same(on.ask("POST", "/mod/auth/register", json=given).status_code, 201, "status")


@check("C-09")
def sign_in(on: Bench) -> None:
    """Sign-in answers with a session."""
    given = {"email": on.one.email, "password": PASSWORD}
    answer = on.ask("POST", "/mod/auth/login", json=given)
    same(answer.status_code, 200, "status")
    same(answer.headers["content-type"], "application/json", "type")
    same(set(answer.json()), {"expires_at", "success", "token", "user"}, "keys")


@check("C-10 C-12")
def wrong(on: Bench) -> None:
    """Who is not known and a wrong password are one answer."""
    upper = on.one.email.replace("check", "CHECK")
    for email, password in (
        (on.one.email, "wrong password"),
        ("nobody@example.com", PASSWORD),
        (upper, PASSWORD),
    ):
        answer = on.ask("POST", "/mod/auth/login", json={"email": email, "password": password})
        is_plain(answer, 401, "invalid email or password")


@check("C-11 C-31")
def suspended(on: Bench) -> None:
    """An account that is suspended has no way in."""
    member = on.member()
    on.change(member, status="suspended")
    given = {"email": member.email, "password": PASSWORD}
    is_plain(on.ask("POST", "/mod/auth/login", json=given), 403, "account is suspended")
    is_error(on.get(X, headers=member.session), 403, "user_suspended", "Account is suspended")


@check("C-13")
def me(on: Bench) -> None:
    """Who is signed in is told, and no secret."""
    answer = on.get("/mod/auth/me", headers=on.one.session)
    user = answer.json()["user"]
    same((user["plan_id"], user["status"]), ("free", "active"), "plan and status")
    true(not {"password_hash", "plan_limits"} & set(user), f"it tells {sorted(user)}")


@check("C-14")
def not_me(on: Bench) -> None:
    """Who is not signed in is told so."""
    is_plain(on.get("/mod/auth/me"), 401, "not authenticated")
    bad = {"Authorization": f"Bearer {BAD_TOKEN}"}
    is_plain(on.get("/mod/auth/me", headers=bad), 401, "not authenticated")


@check("C-15")
def sign_out(on: Bench) -> None:
    """Signing out ends nothing."""
    answer = on.ask("POST", "/mod/auth/logout")
    same((answer.status_code, answer.json()), (200, {"success": True}))
    same(on.get("/mod/auth/me", headers=on.one.session).status_code, 200, "status afterwards")


@check("C-16")
def token(on: Bench) -> None:
    """A session's token says what it should."""
    claims = jwt.decode(on.one.token, options={"verify_signature": False})
    same(jwt.get_unverified_header(on.one.token)["alg"], "HS256", "algorithm")
    wanted = {
        "uid": on.one.id,
        "sub": on.one.id,
        "email": on.one.email,
        "role": "user",
        "pid": "free",
        "iss": "apigate",
    }
    same({name: claims.get(name) for name in wanted}, wanted, "claims")
    same(claims["exp"] - claims["iat"], WEEK, "lifetime")


@check("C-17 C-18")
def set_up(on: Bench) -> None:
    """Nobody sets it up a second time."""
    same(on.get("/mod/auth/setup-required").json(), {"setup_required": False})
    given = {"email": "d@x.io", "password": PASSWORD}
    is_plain(on.ask("POST", "/mod/auth/setup", json=given), 400, "setup already completed")


@check("C-19 C-20")
def no_refresh(on: Bench) -> None:
    """There is no refresh, and sign-in is a POST."""
    true(on.ask("POST", "/mod/auth/refresh").status_code in {404, 405}, "refresh answers")
    answer = on.get("/mod/auth/login")
    same(answer.status_code, 405, "status")
    true("json" not in answer.headers.get("content-type", ""), "it answers with JSON")


@check("C-21")
def nobody(on: Bench) -> None:
    """Who shows nothing is refused before the API hears of it."""
    is_error(on.get(X), 401, "missing_api_key", "API key is required", "missing_api_key")
    same(on.api.seen, [], "what the API saw")


@check("C-22 C-28")
def bad(on: Bench) -> None:
    """A token and a key that are none are refused."""
    shown = "Invalid or expired API key"
    is_error(
        on.get(X, headers={"Authorization": f"Bearer {BAD_TOKEN}"}), 401, "invalid_api_key", shown
    )
    is_error(on.get(X, headers={"X-API-Key": "ak_" + "0" * 64}), 401, "invalid_api_key", shown)


@check("C-23")
def forged(on: Bench) -> None:
    """A token of another secret, or whose time is over, is refused."""
    claims = jwt.decode(on.one.token, options={"verify_signature": False})
    tokens = [jwt.encode(claims, "another secret of thirty-two bytes", algorithm="HS256")]
    if on.jwt_secret:
        over = {**claims, "exp": int(time.time()) - 60}
        tokens.append(jwt.encode(over, on.jwt_secret, algorithm="HS256"))
    for one in tokens:
        is_error(on.get(X, headers={"Authorization": f"Bearer {one}"}), 401, "invalid_api_key")
    if not on.jwt_secret:
        raise NotAsked("a token whose time is over: JWT_SECRET is not given")


@check("C-24")
def told(on: Bench) -> None:
    """The API is told who calls, on which plan."""
    same(on.get(X, headers=on.one.session).status_code, 200, "status")
    seen = on.api.last
    same(seen.one("X-User-ID"), on.one.id, "X-User-ID")
    same(seen.one("X-Plan-ID"), "free", "X-Plan-ID")
    same(seen.one("X-Key-ID"), f"session:{on.one.id}", "X-Key-ID")
    same(seen.one("X-Plan-Limits"), limits("free"), "X-Plan-Limits")


@check("C-25 C-26")
def keys(on: Bench) -> None:
    """A key is taken in either header."""
    _, text = on.key(on.one)
    for headers in ({"X-API-Key": text}, {"Authorization": f"Bearer {text}"}):
        same(on.get(X, headers=headers).status_code, 200, "status")
        true(bool(KEY_ID.fullmatch(on.api.last.one("X-Key-ID"))), "X-Key-ID is no key's")


@check("C-27 C-32")
def nothing(on: Bench) -> None:
    """Another spelling of the scheme, and a cookie, are nothing."""
    lower = {"Authorization": f"bearer {on.one.token}"}
    is_error(on.get(X, headers=lower), 401, "missing_api_key")
    cookie = {"Cookie": f"token={on.one.token}"}
    is_error(on.get(X, headers=cookie), 401, "missing_api_key")


@check("C-29")
def revoked(on: Bench) -> None:
    """A key that was revoked is refused by that name."""
    number, text = on.key(on.one)
    on.admin.call("DELETE", f"/keys/{number}")
    answer = on.get(X, headers={"X-API-Key": text})
    is_error(answer, 401, "key_revoked", "API key has been revoked")


@check("C-30")
def expired(on: Bench) -> None:
    """A key whose time is over is refused by that name."""
    past = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    _, text = on.key(on.one, expires_at=past)
    answer = on.get(X, headers={"X-API-Key": text})
    is_error(answer, 401, "key_expired", "API key has expired")


@check("C-33")
def upgraded(on: Bench) -> None:
    """Another plan holds at once, for the session that there is."""
    member = on.member()
    on.change(member, plan_id="pro")
    on.get(X, headers=member.session)
    same(on.api.last.one("X-Plan-ID"), "pro", "X-Plan-ID")
    same(on.api.last.one("X-Plan-Limits"), limits("pro"), "X-Plan-Limits")
