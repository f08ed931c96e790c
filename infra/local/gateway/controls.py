"""What tests may do to users, keys and the meter, in the place of most of APIGate's admin API.

It has no lock of its own: the stand-in listens on loopback, for tests on this machine.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.gateway.accounts import AccountError, Accounts
from infra.local.gateway.answers import document, plain
from infra.local.gateway.keys import Keys
from infra.local.gateway.meter import Meter
from infra.local.gateway.sign_in import given_in

JSON = "application/json"


class Controls:
    """Plans and status of users; keys made, listed and revoked; a meter that forgets."""

    def __init__(self, accounts: Accounts, keys: Keys, meter: Meter) -> None:
        self.meter = meter
        self.accounts = accounts
        self.keys = keys

    def routes(self) -> list[Route]:
        """The endpoints."""
        return [
            Route("/_local/users/{id}", self.set_user, methods=["POST"]),
            Route("/_local/meter/forget", self.forget_usage, methods=["POST"]),
            Route("/_local/keys", self.make_key, methods=["POST"]),
            Route("/_local/keys", self.list_keys),
            Route("/_local/keys/{id}", self.revoke_key, methods=["DELETE"]),
        ]

    async def set_user(self, request: Request) -> Response:
        """POST /_local/users/{id} `{plan_id, status}`."""
        user = self.accounts.change(request.path_params["id"], await given_in(request))
        if user is None:
            return plain(404, "unknown user")
        return document({"user": user.shown()}, kind=JSON)

    async def forget_usage(self, _request: Request) -> Response:
        """POST /_local/meter/forget: know of reported ids what is known after a restart."""
        self.meter.forget()
        return Response(status_code=204)

    async def make_key(self, request: Request) -> Response:
        """POST /_local/keys `{user_id, name, scopes, quota_bypass, expires_at}`: its text, once."""
        given = await given_in(request)
        _check_moment(given.get("expires_at"))
        if self.accounts.get(str(given.get("user_id"))) is None:
            return plain(404, "unknown user")
        key, text = self.keys.make(given)
        return document({**key.shown(), "key": text}, 201, JSON)

    async def list_keys(self, request: Request) -> Response:
        """GET /_local/keys?user_id=."""
        found = self.keys.all(request.query_params.get("user_id", ""))
        return document({"keys": [key.shown() for key in found]}, kind=JSON)

    async def revoke_key(self, request: Request) -> Response:
        """DELETE /_local/keys/{id}."""
        is_known = self.keys.revoke(request.path_params["id"])
        return Response(status_code=204) if is_known else plain(404, "unknown key")


def _check_moment(given: Any) -> None:
    try:
        moment = datetime.fromisoformat(given) if given is not None else None
    except (TypeError, ValueError) as error:
        raise AccountError(400, "expires_at is not a time") from error
    if moment is not None and moment.tzinfo is None:
        raise AccountError(400, "expires_at has no time zone")
