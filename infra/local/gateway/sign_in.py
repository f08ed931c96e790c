"""The account endpoints under `/mod/auth` (contract, section 1.2)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.gateway.accounts import AccountError, Accounts, User
from infra.local.gateway.answers import document, plain
from infra.local.gateway.credentials import BEARER

JSON = "application/json"
CALLED_TEXT = "text/plain; charset=utf-8"
"""The real one sets the type of its 201 too late; clients parse it regardless."""
TEXTS = ("email", "password", "name")


class SignIn:
    """Registration, sign-in and who is signed in."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts

    def routes(self) -> list[Route]:
        """The endpoints."""
        return [
            Route("/mod/auth/register", self.register, methods=["POST"]),
            Route("/mod/auth/setup", self.set_up, methods=["POST"]),
            Route("/mod/auth/login", self.login, methods=["POST"]),
            Route("/mod/auth/logout", self.logout, methods=["POST"]),
            Route("/mod/auth/me", self.me),
            Route("/mod/auth/setup-required", self.setup_required),
        ]

    async def register(self, request: Request) -> Response:
        """POST /mod/auth/register."""
        return self._signed_in(self.accounts.register(await given_in(request)), 201, CALLED_TEXT)

    async def set_up(self, request: Request) -> Response:
        """POST /mod/auth/setup: an ordinary account, while there is none."""
        return self._signed_in(self.accounts.set_up(await given_in(request)))

    async def login(self, request: Request) -> Response:
        """POST /mod/auth/login."""
        return self._signed_in(self.accounts.login(await given_in(request)))

    def _signed_in(self, user: User, status: int = 200, kind: str = JSON) -> Response:
        token, ends = self.accounts.token(user)
        shown = {"email": user.email, "id": user.id, "name": user.name}
        body = {"expires_at": ends, "success": True, "token": token, "user": shown}
        return document(body, status, kind)

    async def logout(self, _request: Request) -> Response:
        """POST /mod/auth/logout: stateless, the token keeps working."""
        return document({"success": True}, kind=JSON)

    async def me(self, request: Request) -> Response:
        """GET /mod/auth/me."""
        given = request.headers.get("authorization", "")
        token = given.removeprefix(BEARER) if given.startswith(BEARER) else ""
        user_id = self.accounts.user_id_of(token)
        if user_id is None:
            return plain(401, "not authenticated")
        user = self.accounts.get(user_id)
        if user is None:
            return plain(401, "user not found")
        return document({"user": user.shown()}, kind=JSON)

    async def setup_required(self, _request: Request) -> Response:
        """GET /mod/auth/setup-required."""
        return document({"setup_required": self.accounts.count() == 0}, kind=JSON)


async def given_in(request: Request) -> dict[str, Any]:
    """The JSON object in a request. Raises `AccountError`."""
    try:
        value = await request.json()
    except ValueError as error:
        raise AccountError(400, "invalid request: not JSON") from error
    if not isinstance(value, dict):
        raise AccountError(400, "invalid request: not an object")
    for name in TEXTS:
        if not isinstance(value.get(name), str | None):
            raise AccountError(400, f"invalid request: {name} is not a string")
    return value
