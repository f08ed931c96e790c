"""The gateway's application: accounts, metering, test controls, and everything else forwarded."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path_
from starlette.routing import request_response

from infra.local.gateway.accounts import AccountError, Accounts, User
from infra.local.gateway.answers import document, plain, refusal
from infra.local.gateway.forward import Upstream, forward
from infra.local.gateway.meter import BadBatch, Meter
from infra.local.gateway.rates import Rates
from infra.local.gateway.routes import load


@dataclass(frozen=True)
class Config:
    """What a gateway is started with; secrets come from the environment."""

    upstreams: dict[str, Upstream]
    state: Path
    jwt_secret: str
    meter_key: str
    rate_per_minute: int = 6000


class Gateway:
    """One gateway."""

    def __init__(self, config: Config) -> None:
        config.state.mkdir(parents=True, exist_ok=True)
        self.config = config
        self.table = load()
        self.accounts = Accounts(config.state / "accounts.sqlite", config.jwt_secret)
        self.meter = Meter(self.accounts, config.state / "usage.jsonl")
        self.rates = Rates(config.rate_per_minute)
        self.http = httpx.AsyncClient(
            timeout=60, trust_env=False, limits=httpx.Limits(max_connections=200)
        )

    async def register(self, request: Request) -> Response:
        """POST /mod/auth/register. The 201 is JSON called text, as the real one's."""
        try:
            user = self.accounts.register(await _json(request))
        except AccountError as error:
            return plain(error.status, error.text)
        return self._signed_in(user, 201, "text/plain; charset=utf-8")

    async def login(self, request: Request) -> Response:
        """POST /mod/auth/login."""
        try:
            user = self.accounts.login(await _json(request))
        except AccountError as error:
            return plain(error.status, error.text)
        return self._signed_in(user, 200, "application/json")

    def _signed_in(self, user: User, status: int, kind: str) -> Response:
        token, ends = self.accounts.token(user)
        shown = {"email": user.email, "id": user.id, "name": user.name}
        body = {"expires_at": ends, "success": True, "token": token, "user": shown}
        return document(body, status, kind)

    async def logout(self, _request: Request) -> Response:
        """POST /mod/auth/logout: stateless, the token keeps working."""
        return document({"success": True}, kind="application/json")

    async def me(self, request: Request) -> Response:
        """GET /mod/auth/me."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        user = self.accounts.user_of(token)
        if user is None:
            return plain(401, "not authenticated")
        return document({"user": user.shown()}, kind="application/json")

    async def setup_required(self, _request: Request) -> Response:
        """GET /mod/auth/setup-required."""
        required = self.accounts.count() == 0
        return document({"setup_required": required}, kind="application/json")

    async def health(self, _request: Request) -> Response:
        """GET /health."""
        return document({"status": "ok"}, kind="application/json")

    async def version(self, _request: Request) -> Response:
        """GET /version."""
        return document({"version": "stand-in", "service": "apigate"}, kind="application/json")

    async def report_usage(self, request: Request) -> Response:
        """POST /_internal/meter: the service key only."""
        shown = request.headers.get("x-api-key", "")
        if not hmac.compare_digest(shown.encode(), self.config.meter_key.encode()):
            return refusal(401, "unauthorized", "Valid JWT token or API key required")
        try:
            return document(self.meter.take(await request.body()), 202)
        except BadBatch as error:
            return refusal(error.status, error.code, str(error))

    async def set_user(self, request: Request) -> Response:
        """POST /_local/users/{id}: a test sets a plan or a status."""
        user = self.accounts.change(request.path_params["id"], await _json(request))
        return plain(404, "unknown user") if user is None else document({"user": user.shown()})

    async def pass_on(self, request: Request) -> Response:
        """Everything else goes where the route table says."""
        route = self.table.find(request.method, request.url.path, request.headers)
        credential = request.headers.get("authorization", "")
        user = self.accounts.user_of(credential.removeprefix("Bearer ")) if credential else None
        headers: dict[str, str] = {}
        if route is None or route.auth:
            refused = self._refused(request, credential, user)
            if refused is not None:
                return refused
            left, ends = self.rates.take(user.id if user else "")
            if left < 0:
                return _too_many(ends)
            headers["X-RateLimit-Remaining"] = str(left)
        if route is None:
            return refusal(502, "upstream_error", "Upstream service unavailable")
        upstream = self.config.upstreams[route.upstream]
        answer = await forward(self.http, self.table, upstream, request, route=route, user=user)
        answer.headers.update(headers)
        return answer

    def _refused(self, request: Request, credential: str, user: User | None) -> Response | None:
        if not credential and "x-api-key" not in request.headers:
            return refusal(401, "missing_api_key", "API key is required")
        if user is None:
            return refusal(401, "invalid_api_key", "Invalid or expired API key")
        if user.status != "active":
            return refusal(403, "user_suspended", "Account is suspended")
        return None


def _too_many(ends: int) -> Response:
    answer = refusal(429, "rate_limit_exceeded", "Rate limit exceeded")
    moment = datetime.fromtimestamp(ends, UTC)
    wait = max(1, int((moment - datetime.now(UTC)).total_seconds()))
    answer.headers["Retry-After"] = str(wait)
    answer.headers["X-RateLimit-Remaining"] = "0"
    answer.headers["X-RateLimit-Reset"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return answer


async def _json(request: Request) -> dict[str, str]:
    try:
        value = await request.json()
    except ValueError as error:
        raise AccountError(400, "invalid request: not JSON") from error
    return value if isinstance(value, dict) else {}


def make_app(config: Config) -> Starlette:
    """Make the application."""
    gateway = Gateway(config)

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await gateway.http.aclose()

    routes = [
        Path_("/mod/auth/register", gateway.register, methods=["POST"]),
        Path_("/mod/auth/login", gateway.login, methods=["POST"]),
        Path_("/mod/auth/logout", gateway.logout, methods=["POST"]),
        Path_("/mod/auth/me", gateway.me),
        Path_("/mod/auth/setup-required", gateway.setup_required),
        Path_("/health", gateway.health),
        Path_("/version", gateway.version),
        Path_("/_internal/meter", gateway.report_usage, methods=["POST"]),
        Path_("/_local/users/{id}", gateway.set_user, methods=["POST"]),
    ]
    app = Starlette(routes=routes, lifespan=life)
    app.router.redirect_slashes = False
    app.router.default = request_response(gateway.pass_on)
    return app
