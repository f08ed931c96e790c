"""What a door says to who calls there: let in, refused, or nothing that can be told."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.adapters.nodes import door
from chalicelib.domain import doors
from chalicelib.ports.doors import Card, Door
from chalicelib.runtime import wiring
from chalicelib.services.doors import authority
from infra.faults.simulated.ports import OpenSeal
from tests.fakes.records import FakeRecords

NODE = "node_0A1b2c3d4e5f6071"
STORE = FakeRecords(wiring.now)
TOOLS: Any = SimpleNamespace(
    records=lambda: STORE,
    seal=OpenSeal,
    now=wiring.now,
    settings=lambda: SimpleNamespace(installation="test"),
)


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(door, "DOOR_PORT", server.getsockname()[1])
        monkeypatch.setattr(door, "SECONDS", 0.5)
        yield server


def ends(caller: ssl.SSLSocket) -> None:
    caller.unwrap()


def breaks_off(caller: ssl.SSLSocket) -> None:
    caller.shutdown(socket.SHUT_RDWR)


def keeps_silent(caller: ssl.SSLSocket) -> None:
    threading.Event().wait(1)


def speaks(caller: ssl.SSLSocket) -> None:
    caller.sendall(b"x")
    caller.recv(1)


def asked(server: socket.socket, tmp_path: Path, then: Callable[..., None], *, shows: bool) -> Any:
    """Call at a door that does something with whom it lets in."""
    by = authority.authority(TOOLS)
    made = authority.for_door(TOOLS, by, NODE)
    (tmp_path / "door.pem").write_text(made.chain + made.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "door.pem")
    context.load_verify_locations(cadata=by.pem)
    context.verify_mode = ssl.CERT_REQUIRED if shows else ssl.CERT_OPTIONAL

    def serve() -> None:
        plain, _ = server.accept()
        try:
            with plain, context.wrap_socket(plain, server_side=True) as caller:
                then(caller)
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        return door.is_let_in("127.0.0.1", Door(doors.name_of(NODE), Card(by.pem)))
    finally:
        thread.join(5)


@pytest.mark.parametrize(
    ("then", "said"), [(ends, True), (speaks, True), (breaks_off, None), (keeps_silent, None)]
)
def test_data_or_an_orderly_end_alone_say_that_one_is_let_in(
    listening: socket.socket, tmp_path: Path, then: Callable[..., None], said: bool | None
) -> None:
    assert asked(listening, tmp_path, then, shows=False) is said


def test_refusal_after_the_handshake_is_one(listening: socket.socket, tmp_path: Path) -> None:
    assert asked(listening, tmp_path, ends, shows=True) is False


def test_door_where_nobody_answers_says_nothing(listening: socket.socket) -> None:
    by = authority.authority(TOOLS)
    called = Door(doors.name_of(NODE), Card(by.pem))

    assert door.is_let_in("127.0.0.1", called) is None  # nobody takes the call up
    listening.close()
    assert door.is_let_in("127.0.0.1", called) is None
