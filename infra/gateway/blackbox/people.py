"""Checks of what Hoster asks about people, which the gateway's contract has in few words."""

from __future__ import annotations

from infra.gateway.blackbox.bench import PASSWORD, Bench, same
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
