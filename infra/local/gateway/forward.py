"""Requests passed on to an upstream and their answers passed back (contract, 2.6 to 2.10)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from infra.local.gateway.headers import HOP, Headers

MAX_BODY = 10 * 1_048_576
MOST_REDIRECTS = 10
EVENTS = "text/event-stream"
NOT_BACK = HOP | {b"date"}
"""The gateway's own server puts a date on every answer."""
UNPACKED = frozenset([b"content-encoding", b"content-length"])
"""What is no longer true of a body that was unpacked here."""


class NotForwarded(Exception):
    """No upstream answered; `code` is one of the proxy's errors."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Upstream:
    """Where a route leads; the path is the route's matter."""

    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """What the gateway proves itself with."""
    timeout_seconds: float = 29.0
    """How long a whole answer may take; streams are bounded by the gateway's deadline alone."""


def client() -> httpx.AsyncClient:
    """The one client of a gateway. It keeps no cookies: they are its callers', not its own."""
    nobody = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    limits = httpx.Limits(max_connections=200)
    return httpx.AsyncClient(timeout=None, trust_env=False, limits=limits, cookies=nobody)  # noqa: S113 - bounded by asyncio below


@dataclass(frozen=True)
class Forwarder:
    """Passes requests on; redirects are followed here."""

    http: httpx.AsyncClient
    deadline_seconds: float

    async def forward(
        self, request: Request, upstream: Upstream, path: bytes, headers: Headers
    ) -> Response:
        """Pass a request on. Raises `NotForwarded`; time-outs are no error of their own."""
        body = await _body(request)
        for name, value in upstream.headers.items():
            headers[name.lower().encode()] = value.encode()
        query = request.scope["query_string"]
        target = path + (b"?" + query if query else b"")
        sent = httpx.Request(
            request.method,
            upstream.base_url,
            headers=list(headers.items()),
            content=body,
            extensions={"target": target},
        )
        is_raw = "accept-encoding" in request.headers
        try:
            if EVENTS in request.headers.get("accept", "").lower():
                return await self._streamed(sent, is_raw)
            async with asyncio.timeout(upstream.timeout_seconds):
                return await self._buffered(sent, is_raw)
        except (httpx.HTTPError, TimeoutError) as error:
            raise NotForwarded("upstream_error") from error

    async def _buffered(self, sent: httpx.Request, is_raw: bool) -> Response:
        answer = await self._send(sent)
        try:
            content = b"".join([chunk async for chunk in _chunks(answer, is_raw)])
        finally:
            await answer.aclose()
        return Response(content, answer.status_code, _back(answer, is_raw))

    async def _streamed(self, sent: httpx.Request, is_raw: bool) -> Response:
        loop = asyncio.get_running_loop()
        end = loop.time() + self.deadline_seconds
        async with asyncio.timeout_at(end):
            answer = await self._send(sent)

        async def chunks() -> AsyncIterator[bytes]:
            source = _chunks(answer, is_raw)
            try:
                while True:
                    yield await asyncio.wait_for(anext(source), end - loop.time())
            except (StopAsyncIteration, TimeoutError):
                return
            finally:
                await answer.aclose()

        headers = _back(answer, is_raw)
        headers.pop("content-length", None)  # a stream that is cut has another one
        headers |= {"cache-control": "no-cache", "x-accel-buffering": "no"}
        return StreamingResponse(chunks(), answer.status_code, headers)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self.http.send(request, stream=True)
            if answer.next_request is None:
                return answer
            await answer.aclose()
            request = answer.next_request
            request.extensions.pop("target", None)
        raise httpx.TooManyRedirects("Too many redirects.", request=request)


async def _body(request: Request) -> bytes:
    """The body, read to its end even when it is too large, or the client would hear nothing."""
    kept = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MAX_BODY:
            kept += chunk
    if size > MAX_BODY:
        raise NotForwarded("request_too_large")
    return bytes(kept)


def _chunks(answer: httpx.Response, is_raw: bool) -> AsyncIterator[bytes]:
    """The body as it came, or unpacked where the client did not ask for compression."""
    return answer.aiter_raw() if is_raw else answer.aiter_bytes()


def _back(answer: httpx.Response, is_raw: bool) -> dict[str, str]:
    """The headers for the client: the first of each name, so one cookie at most."""
    is_unpacked = not is_raw and "content-encoding" in answer.headers
    unwanted = NOT_BACK | UNPACKED if is_unpacked else NOT_BACK
    kept: dict[str, str] = {}
    for name, value in answer.headers.raw:
        if name.lower() not in unwanted:
            kept.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return kept
