"""The command line against the product itself, over HTTP: what the gateway does is done here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hoster_cli import work
from hoster_cli.__main__ import main
from tests import factories
from tests.local.serving import serving
from tests.world import World, world

NUMBERS = count(1)
MEMBER = "member"
"""Whoever has a server and an app that runs."""
BASE = "/api/v1"
NO_KEY = {"errors": [{"status": "401", "code": "missing_api_key", "detail": "API key is required"}]}
DEAD_KEY = {"errors": [{"status": "401", "code": "key_expired", "detail": "API key has expired."}]}
COMPOSE = """\
services:
  web:
    image: nginx:alpine
    ports: ["80"]
    environment: {GREETING: "${GREETING}"}
    volumes: ["data:/data"]
    cpus: 0.1
    mem_limit: 32m
volumes: {data: {}}
"""
"""So small that many of it have room on one server."""


@dataclass
class Said:
    """What a command ended with and printed."""

    status: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture(scope="package")
def house() -> Iterator[World]:
    with world() as opened:
        yield opened


@pytest.fixture(scope="package")
def url(house: World) -> Iterator[str]:
    """The product's API at an address: a token is the name of its account."""

    def call(request: Request, member: str, body: str) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        named = {"Content-Type", "Idempotency-Key", "If-Match", "Accept"}
        headers = {name: request.headers.get(name) for name in named}
        path = request.url.path.removeprefix(BASE)
        reply = house.call(
            request.method,
            path + unquote(query),
            user=member or None,
            headers=headers,
            body=body or None,
        )
        answer = {} if reply.body is None else reply.body
        kept = {k: v for k, v in reply.headers.items() if k != "Content-Length"}
        if reply.status == 204:
            return Response(status_code=204)
        return JSONResponse(answer, reply.status, kept)

    async def answer(request: Request) -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        is_open = request.url.path.startswith(f"{BASE}/templates")
        if token == "expired":
            return JSONResponse(DEAD_KEY, 401)
        if not token and not is_open:
            return JSONResponse(NO_KEY, 401)
        body = (await request.body()).decode()
        return await run_in_threadpool(call, request, token, body)

    verbs = ["GET", "POST", "PATCH", "DELETE"]
    app = Starlette(routes=[Route("/{path:path}", answer, methods=verbs)])
    with serving(app) as address:
        yield address


@pytest.fixture
def bare(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """Run the command with nothing set and nothing stored."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(work, "LOOK_SECONDS", 0.02)
    for name in ("HOSTER_URL", "HOSTER_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["hoster", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Said(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def hoster(bare: Command, url: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command as `MEMBER`."""
    monkeypatch.setenv("HOSTER_URL", url)
    monkeypatch.setenv("HOSTER_TOKEN", MEMBER)
    return bare


@pytest.fixture
def newcomer(hoster: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command as somebody who has nothing."""
    monkeypatch.setenv("HOSTER_TOKEN", f"newcomer-{next(NUMBERS)}")
    return hoster


@pytest.fixture(scope="package")
def slug(house: World) -> str:
    """The slug of a template that everybody can deploy."""
    made = factories.template(house, name="Who am I", compose_spec=COMPOSE)
    return str(house.call("GET", f"/templates/{made}").attributes["slug"])


@pytest.fixture(scope="package")
def node(house: World) -> str:
    """A server of `MEMBER`: making one takes longest, so that all tests use it."""
    return factories.node(house, MEMBER)


@pytest.fixture(scope="package")
def running(house: World, slug: str, node: str) -> str:
    """The name of an app of `MEMBER` that runs, and runs again after each test."""
    found = house.call("GET", "/templates").body["data"]
    template = next(one["id"] for one in found if one["attributes"]["slug"] == slug)
    given = {"name": "hello", "template_id": template, "node_id": node}
    made = house.call("POST", "/deployments", given, user=MEMBER).id
    house.call("POST", f"/deployments/{made}/start", user=MEMBER)
    assert factories.settled(house, "deployments", made, MEMBER)["status"] == "running"
    return "hello"
