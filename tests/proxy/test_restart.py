"""A reload that nobody notices, a restart that costs no request, and two proxies side by side."""

from __future__ import annotations

import dataclasses
import signal
import socket
from collections.abc import Iterator

import pytest

from tests.proxy.apps import App
from tests.proxy.load import load
from tests.proxy.rig import Proxy, Rig, until


def reload(rig: Rig) -> None:
    """Have the proxy read its configuration anew, and see that another worker serves."""
    before = rig.proxy.worker().pid
    rig.proxy.process.send_signal(signal.SIGHUP)
    until(lambda: rig.proxy.worker().pid != before)


def test_a_reload_under_load_loses_nothing(rig: Rig, one: App) -> None:
    host = rig.app(one.port)
    with load(rig.proxy.port, host, retries=False) as clients:
        for _ in range(3):
            clients.await_more(100)
            reload(rig)
        clients.await_more(100)

    assert clients.failures == []
    until(lambda: rig.proxy.answers("ready"))


def test_what_goes_on_outlives_a_reload_and_a_waiting_client_is_told(rig: Rig, one: App) -> None:
    host = rig.app(one.port)
    place = ("127.0.0.1", rig.proxy.port)
    with (
        socket.create_connection(place, 5) as stream,
        socket.create_connection(place, 5) as waiting,
    ):
        request = f"HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n\r\n"
        stream.sendall(f"GET /events {request}".encode())
        said = stream.recv(1000)
        waiting.sendall(f"GET /status/204 {request}".encode())
        assert b"close" not in waiting.recv(1000)

        reload(rig)
        one.go_on.set()
        while b"data: second\n\n" not in said:
            received = stream.recv(1000)
            assert received
            said += received
        waiting.sendall(f"GET /status/204 {request}".encode())
        assert b"connection: close" in waiting.recv(1000).lower()


def test_routes_and_their_changes_are_there_after_a_reload(rig: Rig, one: App) -> None:
    host, later = rig.app(one.port), rig.host()
    reload(rig)
    assert rig.get(host).status_code == 200

    rig.route(later, one.port)

    until(lambda: rig.shows(later, 200))


def test_a_reload_that_cannot_be_changes_nothing(rig: Rig, one: App) -> None:
    host = rig.app(one.port)
    page = rig.proxy.folder / "state/pages/unknown.html"
    worker = rig.proxy.worker().pid
    page.unlink()
    page.mkdir()
    try:
        rig.proxy.process.send_signal(signal.SIGHUP)
        until(lambda: "HAProxy stays as it is" in rig.proxy.log)
    finally:
        page.rmdir()

    assert rig.proxy.worker().pid == worker
    assert rig.get(host).status_code == 200


def test_a_restart_under_load_costs_no_request_of_clients_that_retry(rig: Rig, one: App) -> None:
    host = rig.app(one.port)
    with load(rig.proxy.port, host, retries=True) as clients:
        clients.await_more(100)
        assert rig.proxy.stop() == 0
        rig.proxy.start()
        clients.await_more(100)

    assert clients.failures == []
    assert clients.retried


@pytest.fixture
def beside(rig: Rig) -> Iterator[Proxy]:
    folder = rig.proxy.folder / "beside"
    folder.mkdir()
    proxy = Proxy(folder, rig.wire.port)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


def test_two_proxies_side_by_side_serve_the_same(rig: Rig, beside: Proxy, one: App) -> None:
    host = rig.app(one.port)
    second = dataclasses.replace(rig, proxy=beside)
    until(lambda: second.shows(host, 200))

    rig.route(host, state="stopped", address="")
    until(lambda: rig.shows(host, 503) and second.shows(host, 503))
    rig.route(host, one.port)
    until(lambda: rig.shows(host, 200) and second.shows(host, 200))

    # Either serves alone.
    assert rig.proxy.stop() == 0
    try:
        assert second.get(host).json()["app"] == "one"
    finally:
        rig.proxy.start()
