"""The way to somebody else's S3: passes everything on as it came, and refuses as it is told to.

A signature is of host, path and headers as they were sent, so that none of them may change here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.local.faults import Fault, Faults
from infra.local.hang_up import HangUp

_HOP = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"te", b"upgrade"})
SECONDS = 120.0


def make_app(upstream: str) -> ASGIApp:
    """The layers in front of what answers at `upstream`, a URL without a path."""
    return HangUp(Faults(Forward(upstream), refusal))


class Forward:
    """Passes calls on to one upstream."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.http = httpx.AsyncClient(timeout=SECONDS, trust_env=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one call on, bodies as they come."""
        request = Request(scope, receive)
        query = scope["query_string"]
        headers = [(name, value) for name, value in scope["headers"] if name not in _HOP]
        sent = httpx.Request(
            request.method,
            self.upstream,
            headers=headers,
            content=request.stream() if "content-length" in request.headers else None,
            extensions={"target": scope["raw_path"] + (b"?" + query if query else b"")},
        )
        answer = await self.http.send(sent, stream=True)

        async def chunks() -> AsyncIterator[bytes]:
            try:
                async for chunk in answer.aiter_raw():
                    yield chunk
            finally:
                await answer.aclose()

        back = StreamingResponse(chunks(), answer.status_code)
        back.raw_headers = [
            (name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _HOP
        ]
        await back(scope, receive, send)


def refusal(fault: Fault) -> Response:
    """An error as S3 has them: `403 AccessDenied` is a status and a code."""
    status, _, code = str(fault.value or 500).partition(" ")
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code or 'InternalError'}</Code><Message>told to fail</Message></Error>"
    )
    return Response(body, int(float(status)), media_type="application/xml")
