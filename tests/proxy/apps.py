"""Small apps for the proxy to lead to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from websockets.sync.server import ServerConnection, serve


class App(ThreadingHTTPServer):
    """An HTTP server that tells what it was asked."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, name: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.name = name
        self.go_on = threading.Event()
        """What `/events`, `/slow` and `/silent` wait for."""
        self.waiting = False
        self.cookies: list[str] = []
        """What `/cookies` sets."""

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that leave."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: App

    def do_GET(self) -> None:
        pages = {"/events": self._events, "/slow": self._slow, "/silent": self._silent}
        pages |= {"/garbage": self._garbage, "/busy": self._busy, "/cookies": self._cookies}
        rest = {"status": self._status, "download": self._download, "endless": self._download}
        word = self.path.split("/")[1]
        rest.get(word, pages.get(self.path, self._tell))()

    def _other(self) -> None:
        self._answer(200, {"method": self.command})

    do_PUT = do_DELETE = do_OPTIONS = do_PROPFIND = _other  # noqa: N815 - http.server's names

    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        received = 0
        piece = memoryview(bytearray(2**20))
        while received < left:
            read = self.rfile.readinto(piece[: left - received])
            if not read:
                return
            received += read
        self._answer(200, {"received": received})

    def _tell(self) -> None:
        headers = [[name.lower(), value] for name, value in self.headers.items()]
        self._answer(200, {"app": self.server.name, "path": self.path, "headers": headers})

    def _busy(self) -> None:
        self._answer(503, {"app": "busy"})

    def _status(self) -> None:
        self.send_response(int(self.path.split("/")[2]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _download(self) -> None:
        """As many bytes as the path says, or until the client leaves."""
        words = self.path.split("/")
        left = int(words[2]) if len(words) > 2 else 2**50
        self.send_response(200)
        self.send_header("Content-Length", str(left))
        self.end_headers()
        piece = bytes(min(left, 2**20))
        with suppress(OSError):
            while left:
                self.wfile.write(piece[:left])
                left -= min(left, len(piece))

    def _cookies(self) -> None:
        cookies = self.server.cookies
        self._answer(200, {"cookies": len(cookies)}, [("Set-Cookie", each) for each in cookies])

    def _answer(
        self, status: int, body: dict[str, Any], headers: Iterable[tuple[str, str]] = ()
    ) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _events(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._chunk(b"data: first\n\n")
        self.server.go_on.wait(20)
        self._chunk(b"data: second\n\n")
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _slow(self) -> None:
        self.server.waiting = True
        self.server.go_on.wait(20)
        self._tell()

    def _silent(self) -> None:
        self.server.go_on.wait(20)
        self.close_connection = True

    def _garbage(self) -> None:
        self.wfile.write(b"this is not HTTP\r\n\r\n")
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def app(name: str, port: int = 0) -> Iterator[App]:
    """An app that runs."""
    with App(name, port) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.go_on.set()
            server.shutdown()


@contextmanager
def echo() -> Iterator[int]:
    """A WebSocket server that says back what it hears; yields its port."""

    def talk(connection: ServerConnection) -> None:
        for message in connection:
            connection.send(message)

    with serve(talk, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.socket.getsockname()[1])
