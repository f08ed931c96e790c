"""Commands on a server that is slow: each is killed in its time, and none is waited for longer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.adapters.nodes import inside
from chalicelib.adapters.nodes.inside import DockerInside
from chalicelib.domain.errors import DockerUnavailable
from chalicelib.ports.inside import Source

SOURCE = Source("c1", "web", 1, is_running=True, has_terminal=False)
FRAME = b"\x01\0\0\0\0\0\0\x01x"


class SlowServer:
    """The Engine and the shell of a server on which a command begins late and never ends."""

    base_url, api_version = "http://docker", "1.41"

    def __init__(self, *, begins_after: float) -> None:
        self.begun = time.monotonic() + begins_after
        self.guards: list[str] = []
        self.is_guarded = threading.Event()
        self.login = SimpleNamespace(host="203.0.113.9")
        self.transport = SimpleNamespace(join=lambda _: None, is_active=lambda: True)

    def post(self, url: str, **_: Any) -> Any:
        if url.endswith("/start"):
            return SimpleNamespace(
                status_code=200, iter_content=lambda _: self.printed(), close=lambda: None
            )
        return SimpleNamespace(status_code=201, json=lambda: {"Id": "e1"})

    def printed(self) -> Iterator[bytes]:
        """Print until the guard kills."""
        while not self.is_guarded.wait(0.01):
            yield FRAME

    def exec_inspect(self, _: str) -> dict[str, Any]:
        runs = time.monotonic() >= self.begun
        return {"Pid": 7 if runs else 0, "Running": runs, "ExitCode": 137 if self.guards else None}

    def expect(self, script: str, _what: str) -> None:
        self.guards.append(script)
        self.is_guarded.set()

    def _raise_for_status(self, _: Any) -> None: ...


def looking_into(server: SlowServer) -> DockerInside:
    looking = DockerInside(server)  # type: ignore[arg-type]
    looking.client = server
    return looking


def test_command_that_begins_late_is_guarded_for_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inside, "LOOK_SECONDS", 0.001)
    server = SlowServer(begins_after=0.3)

    looking_into(server).execute(SOURCE, ("yes",), seconds=2.2)

    [guard] = server.guards
    assert "sleep 2\n" in guard


def test_command_of_which_the_engine_tells_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inside, "LATE_SECONDS", 0.05)
    server = SlowServer(begins_after=60)
    stop = threading.Timer(5, server.is_guarded.set)
    stop.start()

    with pytest.raises(DockerUnavailable):
        looking_into(server).execute(SOURCE, ("yes",), seconds=0.1)

    assert not server.is_guarded.is_set()
    stop.cancel()
