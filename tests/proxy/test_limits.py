"""What a client cannot do to others: by size, by slowness, by number."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.proxy.apps import App
from tests.proxy.front import Front, front
from tests.proxy.rig import until

GIGABYTE = 1_000_000_000
MEGABYTE = 1_000_000
MOST_GROWTH = 10 * MEGABYTE


@contextmanager
def little_memory(fore: Front) -> Iterator[None]:
    """See that HAProxy's memory stays as it is, at its highest point too."""
    worker = fore.worker()
    before = most = worker.memory_info().rss
    ended = threading.Event()

    def watch() -> None:
        nonlocal most
        while not ended.wait(0.02):
            most = max(most, worker.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
    assert most - before < MOST_GROWTH


def client_of(fore: Front) -> socket.socket:
    return socket.create_connection(("127.0.0.1", fore.settings.port), 30)


def test_a_gigabyte_passes_upwards_in_constant_memory(fore: Front, one: App) -> None:
    host = fore.app(one.port)
    head = f"POST /upload HTTP/1.1\r\nHost: {host}\r\nContent-Length: {GIGABYTE}\r\n\r\n"
    with tempfile.TemporaryFile() as sparse, client_of(fore) as client, little_memory(fore):
        sparse.truncate(GIGABYTE)
        client.sendall(head.encode())
        client.sendfile(sparse)
        said = b""
        while not said.endswith(b"}"):
            said += client.recv(2000)
    assert f'{{"received": {GIGABYTE}}}'.encode() in said


def test_a_gigabyte_passes_downwards_in_constant_memory(fore: Front, one: App) -> None:
    host = fore.app(one.port)
    with client_of(fore) as client, little_memory(fore):
        client.sendall(f"GET /download/{GIGABYTE} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        piece = bytearray(MEGABYTE)
        received = client.recv_into(piece)
        wanted = GIGABYTE + bytes(piece[:received]).index(b"\r\n\r\n") + 4
        while received < wanted:
            read = client.recv_into(piece)
            assert read
            received += read
    assert received == wanted


def test_an_app_that_is_faster_than_its_client_does_not_fill_the_memory(
    fore: Front, one: App
) -> None:
    host = fore.app(one.port)
    with client_of(fore) as client, little_memory(fore):
        client.sendall(f"GET /endless HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        for _ in range(50):
            assert client.recv(1000)


def test_a_client_that_drips_its_header_is_cut_in_time(fore: Front) -> None:
    began = time.monotonic()
    with client_of(fore) as client:
        client.settimeout(0.1)
        said = b""
        client.sendall(b"GET / HTTP/1.1\r\nHost: slow.test\r\nX-Drip: ")
        while not said:
            client.sendall(b"x")
            try:
                said = client.recv(10_000)
            except TimeoutError:
                continue
    took = time.monotonic() - began

    assert said.startswith(b"HTTP/1.1 408 ")
    assert fore.settings.header_seconds <= took < fore.settings.header_seconds + 2


def test_many_slow_clients_are_in_nobodys_way(fore: Front, one: App) -> None:
    host = fore.app(one.port)
    with ThreadPoolExecutor(20) as pool:
        slow = list(pool.map(lambda _: client_of(fore), range(300)))
    for client in slow:
        client.sendall(b"GET / HTTP/1.1\r\nHost: slow.test\r\n")

    assert fore.get(host).status_code == 200

    # And all of them are let go.
    for client in slow:
        assert client.recv(1000).startswith(b"HTTP/1.1 408 ")
        client.close()


def test_who_stops_sending_or_taking_is_let_go(
    tmp_path_factory: pytest.TempPathFactory, one: App
) -> None:
    with front(tmp_path_factory.mktemp("impatient"), client_seconds=1, upstream_seconds=1) as fore:
        sends, takes = fore.app(one.port), fore.app(one.port)
        with client_of(fore) as taking, client_of(fore) as sending:
            taking.sendall(f"GET /endless HTTP/1.1\r\nHost: {takes}\r\n\r\n".encode())
            head = f"POST /upload HTTP/1.1\r\nHost: {sends}\r\nContent-Length: 10\r\n\r\n"
            sending.sendall(head.encode() + b"12345")

            assert sending.recv(1000).startswith(b"HTTP/1.1 504 ")
            fore.counted(sends, lambda traffic: traffic.in_flight == 0)
            fore.counted(takes, lambda traffic: traffic.in_flight == 0)


def test_a_header_that_is_too_large_is_refused(fore: Front) -> None:
    with client_of(fore) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a.test\r\nCookie: " + b"x" * 16_400)
        said = b"".join(iter(lambda: client.recv(65536), b""))
    assert said.startswith(b"HTTP/1.1 400 ")


def test_a_header_that_is_too_large_ends_an_http2_connection(fore: Front, one: App) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        fore.get(fore.app(one.port), tls=True, http2=True, headers={"Cookie": "x" * 16_400})


def test_one_app_cannot_take_every_connection(fore: Front, one: App, two: App) -> None:
    crowded, other = fore.app(one.port), fore.app(two.port)
    taken = [client_of(fore) for _ in range(fore.settings.app_connections)]
    for client in taken:
        client.sendall(f"GET /events HTTP/1.1\r\nHost: {crowded}\r\n\r\n".encode())
        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")

    answer = fore.get(crowded)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Too many people are using this app" in answer.text
    assert fore.get(other).status_code == 200
    for client in taken:
        client.close()
    until(lambda: fore.get(crowded).status_code == 200)
