"""The gateway under test, its two echoes, and the accounts and keys that ask it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from infra.gateway.admin import Admin
from infra.gateway.blackbox.echo import Echo

Json = dict[str, Any]
PASSWORD = "longenough"  # noqa: S105 - of accounts that live for one run
EP = "application/vnd.api+json"
BAD_TOKEN = "a.b.c"  # noqa: S105 - no token
TIMEOUT_SECONDS = 90


class Differs(Exception):
    """The gateway answers otherwise; the text says how."""


class NotAsked(Exception):
    """A check cannot be made here; the text says why."""


@dataclass(frozen=True)
class Member:
    """An account with a session."""

    id: str
    email: str
    token: str

    @property
    def session(self) -> dict[str, str]:
        """The headers of a request of theirs."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Bench:
    """What checks ask with. `url` is the gateway as people reach it, `admin` past its edge."""

    url: str
    admin: Admin
    api: Echo
    spa: Echo
    public_host: str
    secret: str
    """What the gateway proves itself with at the API."""
    jwt_secret: str = ""
    """What it signs sessions with; without it some checks are not made."""

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=TIMEOUT_SECONDS, trust_env=False)
        self.http.headers.clear()
        inner = str(httpx.URL(self.admin.url).join("/"))
        self.inner = httpx.Client(base_url=inner, timeout=TIMEOUT_SECONDS, trust_env=False)

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Ask as anybody does; what the echoes saw before is forgotten."""
        self.http.cookies.clear()
        self.api.seen.clear()
        self.spa.seen.clear()
        return self.http.request(method, path, **given)

    def get(self, path: str, **given: Any) -> httpx.Response:
        """Ask for something."""
        return self.ask("GET", path, **given)

    def member(self, plan: str = "") -> Member:
        """A new account, perhaps on another plan than it begins with."""
        email = f"check-{secrets.token_hex(6)}@example.com"
        given = {"email": email, "password": PASSWORD}
        body = self.ask("POST", "/mod/auth/register", json=given).json()
        made = Member(body["user"]["id"], email, body["token"])
        if plan:
            self.change(made, plan_id=plan)
        return made

    def change(self, member: Member, **fields: str) -> None:
        """Change an account's plan or status."""
        self.admin.call("PATCH", f"/users/{member.id}", fields)

    def key(self, member: Member, **given: Any) -> tuple[str, str]:
        """A new key of an account: its id and its text."""
        made = self.admin.call("POST", "/keys", {"user_id": member.id, "name": "k", **given})
        return str(made["data"]["id"]), str(made["data"]["meta"]["key"])

    @cached_property
    def one(self) -> Member:
        """An account on the free plan, that nothing was done to."""
        return self.member()

    @cached_property
    def service_key(self) -> str:
        """A key that may report usage."""
        return self.key(self.member(), scopes=["meter:write"])[1]

    def report(self, key: str, events: Any) -> httpx.Response:
        """Report usage, past the edge."""
        headers = {"X-API-Key": key} if key else {}
        return self.inner.post("/_internal/meter", json={"data": events}, headers=headers)

    def event(self, **other: Any) -> Json:
        """An event that is as it should be, but for `other`."""
        usual = {
            "id": f"evt_{secrets.token_hex(8)}",
            "user_id": self.one.id,
            "event_type": "deployment.created",
        }
        return {"type": "usage_events", "attributes": {**usual, **other}}


def same(found: Any, wanted: Any, what: str = "it") -> None:
    """Raises `Differs` when two things are not the same."""
    if found != wanted:
        raise Differs(f"{what} is {found!r}, not {wanted!r}")


def true(is_so: bool, what: str) -> None:
    """Raises `Differs` when something is not so."""
    if not is_so:
        raise Differs(what)


def is_plain(answer: httpx.Response, status: int, error: str) -> None:
    """An error of the account endpoints."""
    same(answer.status_code, status, "status")
    same(answer.json(), {"error": error}, "body")


def is_error(
    answer: httpx.Response, status: int, code: str, detail: str = "", title: str = ""
) -> Json:
    """A JSON:API error; in the proxy's own the title is the code."""
    same(answer.status_code, status, "status")
    same(answer.headers.get("content-type"), EP, "type")
    error: Json = answer.json()["errors"][0]
    same((error["status"], error["code"]), (str(status), code), "status and code")
    if detail:
        same(error["detail"], detail, "detail")
    if title:
        same(error["title"], title, "title")
    return error
