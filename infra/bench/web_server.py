"""Serves the built web app before an API that knows 500 apps, one of them with 10,000 log lines."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]
MANY = 500
LINES = 10_000
APP = "018f0000-0000-7000-8000-000000000000"
BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)
MADE = BEGAN.isoformat()
LEVELS = ("INFO", "DEBUG", "WARN", "ERROR")
STATES = ("running", "running", "stopped", "failed")


@contextmanager
def served(dist: Path) -> Iterator[str]:
    """The address of the pages in a folder, for as long as they are wanted."""
    app = Starlette(
        routes=[
            Route("/api/v1/{path:path}", _api, methods=["GET", "POST"]),
            Route("/mod/auth/me", lambda _: JSONResponse({"user": USER})),
            Route("/{path:path}", _files(dist)),
        ],
        middleware=[Middleware(GZipMiddleware)],
    )
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.02)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


USER: Json = {"id": "user_1", "email": "somebody@example.com", "name": "Somebody"}


def _files(dist: Path) -> Any:
    def answer(request: Request) -> Response:
        file = dist / request.path_params["path"]
        return FileResponse(file if file.is_file() else dist / "index.html")

    return answer


def _api(request: Request) -> Response:
    """A list that holds what is known, one thing that is known, or that there is nothing."""
    match str(request.path_params["path"]).split("/"):
        case ["deployments"]:
            return _document([_app(number) for number in range(MANY)])
        case ["deployments", _]:
            return _document(_app(0))
        case ["deployments", _, "monitoring", "logs"]:
            return _logs(request)
        case ["account"]:
            about: Json = {"plan": "pro", "limits": [], "allowed_capabilities": None, "note": None}
            return _document({"type": "accounts", "id": "user_1", "attributes": about})
        case [_]:
            return _document([])
        case _:
            error = {"status": "404", "code": "not_found", "title": "Not found", "detail": "No."}
            return JSONResponse({"errors": [error]}, 404)


def _document(data: Any, meta: Json | None = None) -> Response:
    return JSONResponse({"data": data, "links": {"next": None}, "meta": meta or {}})


def _app(number: int) -> Json:
    attributes: Json = {
        "name": f"Website {number}",
        "template_id": "tmpl_1",
        "template_version": "1.0.0",
        "customer_id": "user_1",
        "node_id": None,
        "status": STATES[number % len(STATES)],
        "work": None,
        "health": "healthy",
        "variables": {},
        "secrets": [],
        "domains": [{"hostname": f"website-{number}.apps.example.com", "status": "verified"}],
        "containers": [],
        "ports": [],
        "resources_cpu_cores": 1,
        "resources_memory_mb": 256,
        "resources_disk_mb": 0,
        "price_monthly_cents": 500,
        "proxy_port": 30_000 + number,
        "url": f"https://website-{number}.apps.example.com",
        "direct_url": None,
        "error_code": None,
        "error_message": None,
        "started_at": MADE,
        "stopped_at": None,
        "created_at": MADE,
    }
    known = APP if number == 0 else f"018f0000-0000-7000-8000-{number:012d}"
    return {"type": "deployments", "id": known, "attributes": attributes}


def _logs(request: Request) -> Response:
    """Every line at the first question, and none after that."""
    count = 0 if "cursor" in request.query_params else LINES
    lines = [
        {
            "container": "web",
            "timestamp": (BEGAN + timedelta(seconds=number / 10)).isoformat(),
            "stream": "stdout",
            "message": f"{LEVELS[number % 4]} request {number} of website {number % 97} answered",
        }
        for number in range(count)
    ]
    found = {"type": "deployment-logs", "id": APP, "attributes": {"logs": lines}}
    return _document(found, {"cursor": "a-cursor", "more": False})
