"""An app that closes its connections at the worst moments."""

from __future__ import annotations

import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Request:
    """What the app was asked."""

    method: str
    path: str
    id: str
    is_first: bool
    """Whether nothing was asked before over this connection."""


@dataclass
class Fickle:
    """An app and what it was asked; how it answers is a test's to say."""

    answers: Callable[[Request], bytes]
    """What it says to a request; with anything but `ANSWER`, it closes the connection then."""
    idles: Callable[[], float | None] = lambda: None
    """For how long it keeps a connection after an answer; None is for good."""
    asked: Counter[Request] = field(default_factory=Counter)
    resets: Callable[[], bool] = lambda: False
    """Whether a connection is closed by a reset, with which sending fails at once."""

    def times(self, method: str) -> set[int]:
        """How many times any one request of a method was asked, by their ids."""
        ids: Counter[str] = Counter()
        for request, count in list(self.asked.items()):
            if request.method == method:
                ids[request.id] += count
        return set(ids.values())

    def listen(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connection.settimeout(20)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            is_first = True
            while request := _read(connection, is_first=is_first):
                self.asked[request] += 1
                answer = self.answers(request)
                connection.sendall(answer)
                if answer != ANSWER:
                    break
                is_first = False
                kept = self.idles()
                if kept is not None:
                    threading.Event().wait(kept)
                    break
            if self.resets():
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def _read(connection: socket.socket, *, is_first: bool) -> Request | None:
    """The next request, once its body is there; None at the end."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return None
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    while "transfer-encoding" in headers and not body.endswith(b"0\r\n\r\n"):
        body += connection.recv(65536)
    method, path, _ = first.split()
    return Request(method, path, headers["x-request-id"], is_first)


def closes_reused(request: Request) -> bytes:
    """An answer to the first request of a connection alone."""
    return ANSWER if request.is_first else b""


def at_random(chance: Random, often: float) -> Callable[[Request], bytes]:
    """Answers, now and then none to a request over a connection that was used before."""
    return lambda request: ANSWER if request.is_first or chance.random() > often else b""


@contextmanager
def fickle(app: Fickle, port: int = 0) -> Iterator[int]:
    """The app while it runs; its port."""
    with socket.create_server(("127.0.0.1", port), backlog=512) as listener:
        threading.Thread(target=app.listen, args=(listener,), daemon=True).start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
