"""Load balancers ask from elsewhere whether the proxy is ready, in one of two ways."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.proxy.front import Front, front
from tests.proxy.rig import Proxy, Rig, until

LOCAL = b"\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00"
"""What a balancer begins its checks with that speaks the protocol: it speaks for nobody."""
TOLD_MORE = b"\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x07\xea\x00\x04\x01vpc"
"""The same with a field of its own."""


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with front(tmp_path_factory.mktemp("checked"), check_port=free_port()) as running:
        yield running


def ask(proxy: Front, path: str, begin: bytes = b"") -> bytes:
    return asked_at(proxy.settings.check_port, path, begin)


def asked_at(port: int, path: str, begin: bytes = b"") -> bytes:
    place = ("127.0.0.1", port)
    with socket.create_connection(place, 5) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: check\r\nConnection: close\r\n\r\n"
        connection.sendall(begin + request.encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("begin", [b"", LOCAL, TOLD_MORE])
def test_a_balancer_is_told_when_the_proxy_is_ready(checked: Front, begin: bytes) -> None:
    facts = checked.settings.files.facts
    checked.balancer.update(facts, checked.balancer.read(facts), {})
    before = ask(checked, "/ready", begin)

    checked.tell(facts, "ready", "yes")

    assert before.startswith(b"HTTP/1.1 503 ")
    assert ask(checked, "/ready", begin).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("path", ["/metrics", "/health", "/agent", "/"])
def test_a_balancer_is_told_nothing_else(checked: Front, path: str) -> None:
    assert ask(checked, path).startswith(b"HTTP/1.1 404 ")
    assert ask(checked, path, LOCAL).startswith(b"HTTP/1.1 404 ")


def test_nobody_is_told_where_no_port_is_named(fore: Front) -> None:
    assert "frontend checks" not in fore.settings.files.config.read_text()


def test_a_proxy_that_knows_its_routes_says_so_also_after_a_reload(
    rig: Rig, tmp_path: Path
) -> None:
    port = free_port()
    proxy = Proxy(tmp_path, rig.wire.port, options=("--check-port", str(port)), more=rig.proxy.more)
    proxy.start()
    try:
        until(lambda: asked_at(port, "/ready", LOCAL).startswith(b"HTTP/1.1 200 "))
        before = proxy.worker().pid
        proxy.process.send_signal(signal.SIGHUP)
        until(lambda: proxy.worker().pid != before)
        until(lambda: asked_at(port, "/ready", LOCAL).startswith(b"HTTP/1.1 200 "))
        until(lambda: asked_at(port, "/ready").startswith(b"HTTP/1.1 200 "))
    finally:
        proxy.stop()
