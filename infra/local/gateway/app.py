"""The gateway's application: accounts, metering, test controls, and everything else forwarded."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, request_response

from infra.gateway import payloads
from infra.gateway.payloads import TABLE, Addresses
from infra.local.faults import Faults
from infra.local.gateway.accounts import AccountError, Accounts
from infra.local.gateway.admin import Admin
from infra.local.gateway.answers import document, plain
from infra.local.gateway.controls import Controls
from infra.local.gateway.credentials import Credentials
from infra.local.gateway.forward import Forwarder, client
from infra.local.gateway.keys import Keys
from infra.local.gateway.limits import Clock, Limits
from infra.local.gateway.meter import Meter
from infra.local.gateway.proxy import Proxy
from infra.local.gateway.setup import Setup
from infra.local.gateway.sign_in import SignIn
from infra.local.gateway.usage import Usage
from infra.local.hang_up import HangUp

JSON = "application/json"


@dataclass(frozen=True)
class Config:
    """What a gateway is started with; secrets come from the environment."""

    addresses: Addresses | None
    """Where things are; None for a gateway that is empty until it is configured."""
    secret: str
    """What it proves itself with at the API."""
    state: Path
    jwt_secret: str
    meter_key: str
    operator: tuple[str, str] | None = None
    """Mail address and password of who configures it."""
    table: Path = TABLE
    rate_per_minute: int | None = 6000
    """Of everybody, whatever the plan says; None leaves it to the plans."""
    deadline_seconds: float = 60.0
    clock: Clock = time.time
    """What limits are counted by, in seconds since 1970."""


async def health(_request: Request) -> Response:
    """GET /health."""
    return document({"status": "ok"}, kind=JSON)


async def version(_request: Request) -> Response:
    """GET /version."""
    return document({"version": "stand-in", "service": "apigate"}, kind=JSON)


async def refuse_account(_request: Request, error: Exception) -> Response:
    """A refused account call. Only `AccountError` comes here."""
    if not isinstance(error, AccountError):
        raise error
    return plain(error.status, error.text)


async def refuse_method(_request: Request, error: Exception) -> Response:
    """A wrong method on one of the gateway's own paths: nothing but the methods there are."""
    return Response(status_code=405, headers=getattr(error, "headers", None))


def _setup(config: Config) -> Setup:
    """The table's set-up, or the one that the admin API was asked for."""
    environment = {"HOSTER_GATEWAY_SECRET": config.secret}
    if config.addresses is None:
        return Setup(environment, config.state / "setup.json")
    return Setup.of_table(environment, payloads.table(config.table), config.addresses)


def make_app(config: Config) -> HangUp:
    """Make the application with its faults around it."""
    config.state.mkdir(parents=True, exist_ok=True)
    accounts = Accounts(config.state / "accounts.sqlite", config.jwt_secret)
    keys = Keys(config.state / "accounts.sqlite", config.meter_key)
    meter = Meter(accounts, config.state / "usage.jsonl")
    if config.operator:
        accounts.have_operator(*config.operator)
    setup, http = _setup(config), client()
    proxy = Proxy(
        setup=setup,
        credentials=Credentials(accounts, keys),
        limits=Limits(config.clock, config.rate_per_minute),
        forwarder=Forwarder(http, config.deadline_seconds),
    )

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await http.aclose()

    app = Starlette(
        routes=[
            *SignIn(accounts).routes(),
            *Usage(meter, keys).routes(),
            *Admin(accounts, keys, setup).routes(),
            *Controls(accounts, keys, meter).routes(),
            Route("/health", health),
            Route("/health/live", health),
            Route("/version", version),
        ],
        exception_handlers={AccountError: refuse_account, 405: refuse_method},
        lifespan=life,
    )
    app.router.redirect_slashes = False
    app.router.default = request_response(proxy.pass_on)
    return HangUp(Faults(app))
