"""Connections that break: a call that is told to lose its answer ends without a byte of one."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send


class HangUp:
    """The layer around the faults. What they drop would otherwise be answered with a 500."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on; when its connection is aborted on purpose, abort it."""
        try:
            await self.app(scope, receive, send)
        except ConnectionAbortedError:
            # ASGI has no word for this, so it is asked of the server's own connection.
            cycle: Any = getattr(send, "__self__", None)
            if cycle is None or not hasattr(cycle, "transport"):
                raise
            cycle.disconnected = True
            cycle.transport.abort()
