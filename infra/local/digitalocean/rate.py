"""The rate-limit headers of every answer. They count down and refuse nobody."""

from __future__ import annotations

import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT = 5000
WINDOW = 3600


class RateHeaders:
    """The layer that counts the calls of an hour and tells what is left."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.window = 0
        self.calls = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on and put the headers on its answer."""
        if scope["type"] != "http" or not scope["path"].startswith("/v2/"):
            await self.app(scope, receive, send)
            return
        told = self._count()

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        await self.app(scope, receive, tell)

    def _count(self) -> dict[str, str]:
        window = int(time.time()) // WINDOW
        if window != self.window:
            self.window, self.calls = window, 0
        self.calls += 1
        return {
            "RateLimit-Limit": str(LIMIT),
            "RateLimit-Remaining": str(max(LIMIT - self.calls, 0)),
            "RateLimit-Reset": str((window + 1) * WINDOW),
        }
