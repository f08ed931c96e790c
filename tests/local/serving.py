"""Applications under a real server, in this process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

WITHIN_SECONDS = 60.0


@contextmanager
def serving(app: Any, **more: Any) -> Iterator[str]:
    """Serve an application on a free loopback port; yields its address.

    With a certificate among the further settings of the server it speaks TLS.
    """
    # A socket that says it is TCP's has small packets sent at once; 40 ms a call otherwise.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        fixed: dict[str, Any] = {"log_level": "critical", "ws": "none"}
        config = uvicorn.Config(app, timeout_graceful_shutdown=1, **fixed, **more)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until(lambda: server.started)
            yield f"http{'s' if config.is_ssl else ''}://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class Stage:
    """What is served at an address, exchanged between tests: a server takes long to stop."""

    app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None, "nothing is on"
        await self.app(scope, receive, send)


def until(true: Callable[[], Any]) -> Any:
    """Wait until something is true and return it."""
    end = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError(f"not true within {WITHIN_SECONDS:.0f} s")
