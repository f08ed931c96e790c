"""An upstream that tells what reached it: `api` and `spa` of the gateway that is asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

SECONDS_BETWEEN_EVENTS = 1.0
EVENTS = 3


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
        return [value for given, value in self.headers if given.lower() == name.lower()]

    def one(self, name: str) -> str:
        """The value of a header; several are told as one text, none as nothing."""
        return " AND ".join(self.all(name))


@dataclass
class Echo:
    """The upstream at its address."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)

    @property
    def last(self) -> Seen:
        """What arrived last."""
        return self.seen[-1] if self.seen else Seen("", "", "", [], 0)


@contextmanager
def listening(host: str) -> Iterator[Echo]:
    """Serve an echo at an address of this machine, on a free port."""
    echo = Echo()

    class Handler(_Handler):
        told = echo

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    echo.url = f"http://{host}:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield echo
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Answers by the last part of the path, such as `404`, `redirect`, `cookies` or `sse`."""

    protocol_version = "HTTP/1.1"
    told: Echo

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        pairs = list(self.headers.items())
        self.told.seen.append(Seen(self.command, parts.path, parts.query, pairs, len(sent)))
        last = parts.path.rsplit("/", 1)[-1]
        if last == "sse":
            self._events()
        elif last == "redirect":
            self._send(302, b"", Location="/landed")
        elif last == "cookies":
            self._send(200, b"{}", [("Set-Cookie", "first=1"), ("Set-Cookie", "second=2")])
        elif last == "typed":
            kept = [("ETag", '"e1"'), ("Cache-Control", "max-age=5")]
            self._send(200, b"{}", kept, kind="application/json; charset=x")
        elif last == "big":
            self._send(200, b"x" * int(parts.query.removeprefix("bytes=")))
        else:
            if last == "slow":
                time.sleep(float(parts.query.removeprefix("s=")))
            status = int(last) if last.isdigit() else 200
            self._send(status, json.dumps({"path": parts.path}).encode())

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

    def _send(
        self,
        status: int,
        body: bytes,
        more: list[tuple[str, str]] | None = None,
        kind: str = "application/json",
        **named: str,
    ) -> None:
        self.send_response(status)
        for name, value in [*(more or []), *named.items()]:
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _events(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for number in range(EVENTS):
            self.wfile.write(f"data: {number}\n\n".encode())
            self.wfile.flush()
            time.sleep(SECONDS_BETWEEN_EVENTS)
