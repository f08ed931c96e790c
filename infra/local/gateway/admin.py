"""The admin API (contract, sections 1.3, 5.4 and 5.5).

Only what came past the edge's first host name is heard: from there the whole API is not there.
Unlike the real one it takes no ordinary account's session.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.gateway.accounts import AccountError, Accounts, PasswordTooLong, User
from infra.local.gateway.answers import document, not_there, refusal
from infra.local.gateway.credentials import credential_of
from infra.local.gateway.expressions import BadExpression
from infra.local.gateway.keys import Key, Keys
from infra.local.gateway.setup import Setup
from infra.local.gateway.sign_in import given_in

BASE = "/_gw/admin"
THROUGH_EDGE = "gateway.edge"
"""What stands in the scope of what may ask here."""
REQUIRED = {
    "plans": ("id", "name"),
    "upstreams": ("name", "base_url"),
    "routes": ("name", "path_pattern"),
}
UNTOLD = frozenset({"auth_value"})
PAGE, LARGEST_PAGE = 20, 100
Json = dict[str, Any]
Answering = Callable[[Request], Awaitable[Response]]


class Admin:
    """Accounts, keys and the set-up, changed by the operator or by a key that is not revoked."""

    def __init__(self, accounts: Accounts, keys: Keys, setup: Setup) -> None:
        self.accounts = accounts
        self.keys = keys
        self.setup = setup

    def routes(self) -> list[Route]:
        """The endpoints."""
        open_ones = [Route(f"{BASE}/login", _past_edge(self.log_in), methods=["POST"])]
        guarded: list[tuple[str, str, Answering]] = [
            ("GET", "/me", self.me),
            ("GET", "/users", self.list_users),
            ("POST", "/users", self.make_user),
            ("GET", "/users/{id}", self.show_user),
            ("PATCH", "/users/{id}", self.change_user),
            ("GET", "/keys", self.list_keys),
            ("POST", "/keys", self.make_key),
            ("DELETE", "/keys/{id}", self.revoke_key),
            ("POST", "/reload", self.reload),
        ]
        for kind in REQUIRED:
            guarded += [
                ("GET", f"/{kind}", self._listing(kind)),
                ("POST", f"/{kind}", self._making(kind)),
                ("GET", f"/{kind}/{{id}}", self._showing(kind)),
                ("PATCH", f"/{kind}/{{id}}", self._changing(kind)),
                ("DELETE", f"/{kind}/{{id}}", self._removing(kind)),
            ]
        return open_ones + [
            Route(BASE + path, _past_edge(self._guarded(way)), methods=[method])
            for method, path, way in guarded
        ]

    def _guarded(self, way: Answering) -> Answering:
        async def asked(request: Request) -> Response:
            text = credential_of(request.headers)
            key = self.keys.find(text)
            user = self.accounts.user_of(text)
            if not (key and not key.revoked_at) and not (user and user.role == "admin"):
                return refusal(401, "unauthorized", "Valid JWT token or API key required")
            return await way(request)

        return asked

    async def log_in(self, request: Request) -> Response:
        """POST /login."""
        given = await _given(request)
        for name in ("email", "password"):
            if not given.get(name):
                return _missing(name)
        try:
            user = self.accounts.login(given)
        except AccountError as error:
            if error.status == 403:
                return refusal(403, "forbidden", "Account is not active")
            return refusal(401, "unauthorized", "Invalid email or password")
        token, _ = self.accounts.token(user)
        owner = {"data": {"type": "users", "id": user.id}}
        return document(
            {
                "data": {
                    "type": "sessions",
                    "id": user.id,
                    "attributes": {"token": token},
                    "relationships": {"user": owner},
                    "meta": {"user_email": user.email},
                }
            }
        )

    async def me(self, request: Request) -> Response:
        """GET /me."""
        user = self.accounts.user_of(credential_of(request.headers))
        if user is None:
            return refusal(401, "unauthorized", "Valid JWT token or API key required")
        return document({"data": _shown(user)})

    async def list_users(self, request: Request) -> Response:
        """GET /users."""
        return _page(request, [_shown(user) for user in self.accounts.all()])

    async def make_user(self, request: Request) -> Response:
        """POST /users `{email, password, name, plan_id}`."""
        given = await _given(request)
        try:
            user = self.accounts.add(given)
        except AccountError as error:
            if error.status == 409:
                return refusal(409, "conflict", "Email already registered")
            return _missing("password" if "password" in error.text else "email", error.text)
        return _created(_shown(user))

    async def show_user(self, request: Request) -> Response:
        """GET /users/{id}."""
        user = self.accounts.get(request.path_params["id"])
        return document({"data": _shown(user)}) if user else _unknown("User")

    async def change_user(self, request: Request) -> Response:
        """PATCH /users/{id} `{plan_id, status, password}`."""
        given = await _given(request)
        try:
            user = self.accounts.change(request.path_params["id"], given)
        except PasswordTooLong:
            return refusal(500, "internal_error", "Failed to update user")
        return document({"data": _shown(user)}) if user else _unknown("User")

    async def list_keys(self, request: Request) -> Response:
        """GET /keys?user_id=."""
        found = self.keys.all(request.query_params.get("user_id", ""))
        return _page(request, [_key(one) for one in found])

    async def make_key(self, request: Request) -> Response:
        """POST /keys `{user_id, name, scopes, expires_at}`: its text is told once."""
        given = await _given(request)
        if not given.get("user_id"):
            return _missing("user_id")
        if self.accounts.get(str(given["user_id"])) is None:
            return _unknown("User")
        key, text = self.keys.make(given)
        return _created({**_key(key), "meta": {"key": text}})

    async def revoke_key(self, request: Request) -> Response:
        """DELETE /keys/{id}."""
        is_known = self.keys.revoke(request.path_params["id"])
        return Response(status_code=204) if is_known else _unknown("Key")

    async def reload(self, _request: Request) -> Response:
        """POST /reload: put routes and upstreams to work."""
        try:
            self.setup.reload()
        except (re.error, BadExpression) as error:
            return refusal(500, "internal_error", f"Reload failed: {error}")
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        told = {"message": "Configuration reloaded", "status": "success", "timestamp": now}
        return document(told, kind="application/json")

    def _listing(self, kind: str) -> Answering:
        async def asked(request: Request) -> Response:
            known = self.setup.kinds[kind].items()
            told = [_thing(kind, one, given) for one, given in known if _is_listed(kind, given)]
            return _page(request, told)

        return asked

    def _making(self, kind: str) -> Answering:
        async def asked(request: Request) -> Response:
            given = await _given(request)
            for name in REQUIRED[kind]:
                if not given.get(name):
                    return _missing(name)
            if given.get("id") in self.setup.kinds[kind]:
                return refusal(409, "conflict", "It exists already")
            usual = {"plans": {"enabled": False}}.get(kind, {"enabled": True})
            one = self.setup.make(kind, {**usual, **given})
            return _created(_thing(kind, one, self.setup.kinds[kind][one]))

        return asked

    def _showing(self, kind: str) -> Answering:
        async def asked(request: Request) -> Response:
            one = request.path_params["id"]
            given = self.setup.kinds[kind].get(one)
            return document({"data": _thing(kind, one, given)}) if given else _unknown(kind)

        return asked

    def _changing(self, kind: str) -> Answering:
        async def asked(request: Request) -> Response:
            one = request.path_params["id"]
            known = self.setup.kinds[kind].get(one)
            if known is None:
                return _unknown(kind)
            self.setup.put(kind, one, {**known, **await _given(request)})
            return document({"data": _thing(kind, one, self.setup.kinds[kind][one])})

        return asked

    def _removing(self, kind: str) -> Answering:
        async def asked(request: Request) -> Response:
            one = request.path_params["id"]
            if one not in self.setup.kinds[kind]:
                return _unknown(kind)
            if kind == "plans" and any(user.plan_id == one for user in self.accounts.all()):
                return refusal(409, "conflict", "Users have this plan")
            self.setup.remove(kind, one)
            return Response(status_code=204)

        return asked


def _past_edge(way: Answering) -> Answering:
    """The same for who came past the edge; for all others it is not there."""

    async def asked(request: Request) -> Response:
        if not request.scope.get(THROUGH_EDGE):
            return not_there()
        try:
            return await way(request)
        except AccountError:
            return refusal(400, "bad_request", "Invalid JSON body")

    return asked


async def _given(request: Request) -> Json:
    return await given_in(request)


def _missing(name: str, detail: str = "") -> Response:
    pointer = f"/data/attributes/{name}"
    return refusal(422, "validation_error", detail or f"{name} is required", pointer)


def _unknown(what: str) -> Response:
    return refusal(404, "not_found", f"The requested {what} was not found")


def _created(resource: Json) -> Response:
    """The real one's `Location` begins with `/admin`, wherever the base is."""
    answer = document({"data": resource}, 201)
    answer.headers["Location"] = f"/admin/{resource['type']}/{resource['id']}"
    return answer


def _page(request: Request, found: Iterable[Json]) -> Response:
    every = list(found)
    asked = request.query_params
    size = min(int(asked.get("page[size]", PAGE)), LARGEST_PAGE)
    number = max(int(asked.get("page[number]", 1)), 1)
    shown = every[(number - 1) * size : number * size]
    meta = {"total": len(every), "page": number, "per_page": size}
    return document({"data": shown, "meta": meta, "links": {}})


def _is_listed(kind: str, given: Json) -> bool:
    return kind != "plans" or bool(given.get("enabled"))


def _thing(kind: str, one: str, given: Json) -> Json:
    told = {name: value for name, value in given.items() if name not in UNTOLD}
    return {"type": kind, "id": one, "attributes": told}


def _shown(user: User) -> Json:
    told = ("email", "name", "status", "created_at", "updated_at")
    return {
        "type": "users",
        "id": user.id,
        "attributes": {name: getattr(user, name) for name in told},
        "relationships": {"plan": {"data": {"type": "plans", "id": user.plan_id}}},
    }


def _key(key: Key) -> Json:
    attributes = {name: value for name, value in key.shown().items() if name != "id"}
    return {"type": "api_keys", "id": key.id, "attributes": attributes}
