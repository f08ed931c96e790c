"""Requests passed on to an upstream, with the identity that the gateway vouches for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import httpx
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from infra.local.gateway.accounts import User
from infra.local.gateway.answers import refusal
from infra.local.gateway.routes import NO_LIMITS, Route, Table

HOP = frozenset(
    [
        "authorization",
        "x-api-key",
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailers",
        "transfer-encoding",
        "upgrade",
        "content-length",
        "x-forwarded-for",
        "x-forwarded-proto",
    ]
)
NOT_BACK = frozenset(
    [
        "connection",
        "keep-alive",
        "transfer-encoding",
        "upgrade",
        "content-length",
        "content-encoding",
    ]
)
MAX_BODY = 10 * 1_048_576


@dataclass(frozen=True)
class Upstream:
    """Where a route leads. `strip_prefix` is taken off the path before it is appended."""

    base_url: str
    strip_prefix: str = ""
    secret: str = ""

    def url(self, path: str, query: str) -> str:
        """The address of one request."""
        rest = path.removeprefix(self.strip_prefix) if self.strip_prefix else path
        return self.base_url + rest + (f"?{query}" if query else "")


async def forward(
    http: httpx.AsyncClient,
    table: Table,
    upstream: Upstream,
    request: Request,
    *,
    route: Route,
    user: User | None,
) -> Response:
    """Pass a request on and stream the answer back; redirects are followed here."""
    body = await request.body()
    if len(body) > MAX_BODY:
        return refusal(413, "request_too_large", "Request body is larger than 10 MiB")
    path = request.url.path
    if route.upstream == "spa" and "." not in path:
        path = "/index.html"
    sent = http.build_request(
        request.method,
        upstream.url(path, request.url.query),
        headers=_headers(table, upstream, request, user),
        content=body,
    )
    try:
        answer = await http.send(sent, stream=True, follow_redirects=True)
    except httpx.HTTPError:
        return refusal(502, "upstream_error", "Upstream service unavailable")

    async def chunks() -> AsyncIterator[bytes]:
        try:
            async for chunk in answer.aiter_bytes():
                yield chunk
        finally:
            await answer.aclose()

    kept = {name: value for name, value in answer.headers.items() if name not in NOT_BACK}
    return StreamingResponse(chunks(), answer.status_code, kept)


def _headers(
    table: Table, upstream: Upstream, request: Request, user: User | None
) -> dict[str, str]:
    """What reaches the upstream: nothing that a client could forge."""
    kept: dict[str, str] = {}
    for name, value in request.headers.items():
        if name not in HOP and name not in table.strip and name not in kept:
            kept[name] = value
    if upstream.secret:
        kept |= _identity(table.limits, user)
        kept["X-Gateway-Secret"] = upstream.secret
    kept["X-Forwarded-For"] = request.client.host if request.client else ""
    kept["X-Forwarded-Proto"] = "https"
    return kept


def _identity(limits: Mapping[str, str], user: User | None) -> dict[str, str]:
    if user is None:
        return {"X-User-ID": "", "X-Plan-ID": "", "X-Key-ID": "", "X-Plan-Limits": NO_LIMITS}
    return {
        "X-User-ID": user.id,
        "X-Plan-ID": user.plan_id,
        "X-Key-ID": f"session:{user.id}",
        "X-Plan-Limits": limits.get(user.plan_id, NO_LIMITS),
    }
