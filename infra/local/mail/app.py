"""The mailbox's pages, its JSON list for tests, and the SMTP server beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from infra.local.mail.box import Box, Received
from infra.local.mail.pages import letter_page, list_page


def make_app(smtp_port: int, arrived: Callable[[Received], None] | None = None) -> Starlette:
    """Make the application; it takes letters on a port of loopback while it is served.

    `arrived` is asked of each letter.
    """
    box = Box(arrived)

    async def listing(_request: Request) -> Response:
        return HTMLResponse(list_page(box.to("")))

    async def letter(request: Request) -> Response:
        found = box.get(request.path_params["number"])
        if found is None:
            return PlainTextResponse("There is no such letter.", 404)
        return HTMLResponse(letter_page(found))

    async def messages(request: Request) -> Response:
        """GET /messages?to=: the letters to an address, the newest first."""
        found = box.to(request.query_params.get("to", ""))
        return JSONResponse({"messages": [one.shown() for one in found]})

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok")

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(box, loop=loop, enable_SMTPUTF8=True), "127.0.0.1", smtp_port
        )
        async with server:
            yield

    return Starlette(
        routes=[
            Route("/", listing),
            Route("/health", health),
            Route("/messages", messages),
            Route("/letters/{number:int}", letter),
        ],
        lifespan=life,
    )
