"""What a proxy shows (`chalicelib.ports.probes`), asked over a real socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from chalicelib.adapters.probes.sockets import SocketProbes


@contextmanager
def proxy(status: int, **headers: str) -> Iterator[int]:
    """A proxy that answers everything alike; yields its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def serves(port: int) -> bool:
    return SocketProbes().serves("127.0.0.1", port, "hello.apps.test", secure=False)


@pytest.mark.parametrize("status", [200, 302, 401, 404, 500])
def test_whatever_an_app_answers_is_its_own(status: int) -> None:
    with proxy(status) as port:
        assert serves(port)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_app_that_is_not_reached_is_not_shown(status: int) -> None:
    with proxy(status) as port:
        assert not serves(port)


def test_own_page_of_the_proxy_is_none_of_an_app() -> None:
    with proxy(404, X_App_Proxy="unknown") as port:
        assert not serves(port)


def test_nobody_there_shows_nothing() -> None:
    assert not serves(1)
