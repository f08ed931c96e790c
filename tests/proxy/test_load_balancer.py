"""Behind a load balancer: who asks is told in the PROXY protocol, by those alone who may."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from tests.proxy.apps import App
from tests.proxy.front import Front, front, unverified
from tests.proxy.rig import until

BALANCER = "127.0.0.2"
CLIENT, CLIENT_PORT = "203.0.113.7", 51234
FIRST = f"PROXY TCP4 {CLIENT} 127.0.0.1 {CLIENT_PORT} 80\r\n".encode()
SECOND = (
    b"\r\n\r\n\x00\r\nQUIT\n\x21\x11"
    + struct.pack("!H", 12)
    + socket.inet_aton(CLIENT)
    + socket.inet_aton("127.0.0.1")
    + struct.pack("!HH", CLIENT_PORT, 80)
)


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("behind")
    with front(folder, accept_proxy=(f"{BALANCER}/32", "2001:db8::/32")) as running:
        yield running


def request(host: str, path: str = "/") -> bytes:
    spoofed = "X-Forwarded-For: 8.8.8.8\r\nConnection: close\r\n"
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{spoofed}\r\n".encode()


def told(said: bytes) -> dict[str, Any]:
    """The headers that the app received."""
    assert said.startswith(b"HTTP/1.1 200 "), said
    return dict(json.loads(said.partition(b"\r\n\r\n")[2])["headers"])


@pytest.mark.parametrize("line", [FIRST, SECOND])
def test_the_clients_address_is_kept(behind: Front, one: App, line: bytes) -> None:
    headers = told(behind.raw(line + request(behind.app(one.port)), source=BALANCER))

    assert headers["x-forwarded-for"] == CLIENT
    assert headers["x-real-ip"] == CLIENT
    until(lambda: f'"client":"{CLIENT}"' in behind.log)


def test_the_clients_address_is_kept_over_tls(behind: Front, one: App) -> None:
    host = behind.app(one.port)
    place = ("127.0.0.1", behind.settings.tls_port)
    with socket.create_connection(place, 5, source_address=(BALANCER, 0)) as plain:
        plain.sendall(SECOND)
        with unverified().wrap_socket(plain, server_hostname=host) as secure:
            secure.sendall(request(host))
            headers = told(b"".join(iter(lambda: secure.recv(65536), b"")))

    assert headers["x-forwarded-for"] == CLIENT
    assert headers["x-forwarded-proto"] == "https"


@pytest.mark.parametrize("line", [FIRST, SECOND])
def test_nobody_else_may_say_whom_they_speak_for(behind: Front, one: App, line: bytes) -> None:
    said = behind.raw(line + request(behind.app(one.port)))

    assert not said.startswith(b"HTTP/1.1 200 ")


def test_others_are_known_by_their_own_address(behind: Front, one: App) -> None:
    assert told(behind.raw(request(behind.app(one.port))))["x-forwarded-for"] == "127.0.0.1"


def test_a_balancer_that_does_not_say_for_whom_is_not_served(behind: Front, one: App) -> None:
    try:
        said = behind.raw(request(behind.app(one.port)), source=BALANCER)
    except ConnectionResetError:
        said = b""

    assert said == b""


def test_the_protocol_is_not_spoken_where_nobody_was_named(fore: Front, one: App) -> None:
    said = fore.raw(FIRST + request(fore.app(one.port)), source=BALANCER)

    assert said.startswith(b"HTTP/1.1 400 ")
