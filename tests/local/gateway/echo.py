"""An upstream that tells what reached it."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    size: int

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for given, value in self.headers if given == name.lower()]

    def one(self, name: str) -> str:
        """The value of a header that comes once."""
        [value] = self.all(name)
        return value


@dataclass
class Echo:
    """The upstream. What it does depends on the last part of the path."""

    seen: list[Seen] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)
    """What `sse` and `slow` wait for."""
    streams: int = 0
    """How many are open."""

    @property
    def last(self) -> Seen:
        return self.seen[-1]

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self.answer, methods=METHODS)])

    async def answer(self, request: Request) -> Response:
        sent = await request.body()
        raw = request.scope["raw_path"].decode()
        pairs = [(name.decode(), value.decode("latin-1")) for name, value in request.headers.raw]
        query = request.scope["query_string"].decode()
        self.seen.append(Seen(request.method, raw, query, pairs, len(sent)))
        last = raw.rsplit("/", 1)[-1]
        special: dict[str, Any] = {
            "redirect": lambda: RedirectResponse("/landed", 302),
            "circle": lambda: RedirectResponse(raw, 302),
            "cookies": _cookies,
            "packed": _packed,
            "cached": _cached,
            "sse": lambda: StreamingResponse(self._events(), media_type="text/event-stream"),
        }
        if last == "slow":
            await self._released()
        if last in special:
            return special[last]()
        status = int(last) if last.isdigit() else 200
        return JSONResponse({"path": raw}, status)

    async def _events(self) -> AsyncIterator[bytes]:
        self.streams += 1
        try:
            yield b"data: first\n\n"
            await self._released()
            yield b"data: second\n\n"
        finally:
            self.streams -= 1

    async def _released(self) -> None:
        while not self.go_on.is_set():
            await asyncio.sleep(0.005)


def _cookies() -> Response:
    answer = Response("{}")
    answer.set_cookie("first", "1")
    answer.set_cookie("second", "2")
    return answer


def _packed() -> Response:
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain"}
    return Response(gzip.compress(b"packed"), headers=headers)


def _cached() -> Response:
    headers = {"ETag": '"e1"', "Cache-Control": "max-age=5", "Content-Type": "text/x; charset=y"}
    return Response("cached", headers=headers)
