"""Checks of what Hoster asks about people, which the gateway's contract has in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.adapters.metering.plans import tells
from infra.gateway.blackbox.bench import PASSWORD, Bench, is_error, same, true
from infra.gateway.blackbox.suite import check


@check("H-01")
def looked_at(on: Bench) -> None:
    """An account is told by its number and in pages, with address and status."""
    told = on.admin.call("GET", f"/users/{on.one.id}")["data"]
    same(told["id"], on.one.id, "id")
    attributes = told["attributes"]
    same((attributes["email"], attributes["status"]), (on.one.email, "active"), "account")
    page = on.admin.call("GET", "/users?page%5Bnumber%5D=1&page%5Bsize%5D=100")["data"]
    same([one for one in page if "email" not in one["attributes"]], [], "without address")
    answer = on.admin.http.get(f"{on.admin.url}/users/nobody")
    same(answer.status_code, 404, "status of nobody")


@check("H-02")
def another_password(on: Bench) -> None:
    """A password that the product sets is at work at once, and the one before no more."""
    member, password = on.member(), f"{PASSWORD} now"
    told = on.admin.call("PATCH", f"/users/{member.id}", {"password": password})
    same(told["data"]["id"], member.id, "id")
    for given, status in ((PASSWORD, 401), (password, 200)):
        body = {"email": member.email, "password": given}
        same(on.ask("POST", "/mod/auth/login", json=body).status_code, status, "status")


@check("H-03")
def key_of_a_token(on: Bench) -> None:
    """A key is found by its name and account, opens no meter, and is ended by its number."""
    member = on.member()
    ends = f"{datetime.now(UTC) + timedelta(days=91):%Y-%m-%dT%H:%M:%SZ}"
    given = {"user_id": member.id, "name": "token_1", "scopes": ["hoster"], "expires_at": ends}
    made = on.admin.call("POST", "/keys", given)["data"]
    text = made["meta"]["key"]
    path = f"/keys?user_id={member.id}&page%5Bsize%5D=100"
    [told] = on.admin.call("GET", path)["data"]
    same((told["id"], told["attributes"]["name"]), (made["id"], "token_1"), "key")
    true(not told["attributes"].get("revoked_at"), "it is told as revoked")
    is_error(on.report(text, [on.event()]), 403, "insufficient_scope")
    on.admin.call("DELETE", f"/keys/{made['id']}")
    left = on.admin.call("GET", path)["data"]
    true(all(one["attributes"].get("revoked_at") for one in left), "it is told as living")
    same(on.get("/api/v1/x", headers={"X-API-Key": text}).status_code, 401, "status afterwards")


@check("H-04")
def changes_are_confirmed(on: Bench) -> None:
    """A change of plan or of status is answered with the account as it is now."""
    member = on.member()
    for name, value in (("plan_id", "pro"), ("status", "suspended"), ("status", "active")):
        answer = on.admin.http.patch(f"{on.admin.url}/users/{member.id}", json={name: value})
        same(answer.status_code, 200, "status")
        true(tells(answer.content, name, value), f"it does not confirm {name}: {answer.text}")
