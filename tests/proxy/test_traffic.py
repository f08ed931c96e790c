"""How requests and answers pass through the proxy."""

from __future__ import annotations

import http.client
import re
import socket

import pytest
from websockets.sync.client import connect

from tests.proxy.apps import App, echo
from tests.proxy.rig import CLIENT, Rig


def headers(rig: Rig, host: str, sent: dict[str, str]) -> dict[str, list[str]]:
    """The headers that an app receives."""
    received: dict[str, list[str]] = {}
    for name, value in rig.get(host, headers=sent).json()["headers"]:
        received.setdefault(name, []).append(value)
    return received


def test_where_a_request_comes_from_is_told_and_never_believed(rig: Rig, one: App) -> None:
    host = rig.app(one.port)
    spoofed = {
        "X-Forwarded-For": "8.8.8.8",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Prefix": "/evil",
        "X_Forwarded_For": "8.8.8.8",
        "Forwarded": "for=8.8.8.8",
        "X-Real-IP": "8.8.8.8",
        "X-Original-URL": "/admin",
        "X-Request-ID": "mine",
        "Proxy": "http://evil.test",
    }

    received = headers(rig, host, spoofed)

    assert received["x-forwarded-for"] == ["127.0.0.1"]
    assert received["x-forwarded-proto"] == ["http"]
    assert received["x-forwarded-host"] == [host]
    assert received["x-real-ip"] == ["127.0.0.1"]
    assert re.fullmatch(r"[0-9a-f]{16}(-\d+){3}", received["x-request-id"][0])
    gone = {"x-forwarded-port", "x-forwarded-prefix", "x_forwarded_for", "forwarded", "proxy"}
    assert not received.keys() & (gone | {"x-original-url"})


def test_app_and_client_see_the_same_request_id_and_the_host_as_asked(rig: Rig, one: App) -> None:
    host = rig.app(one.port)

    answer = rig.get(f"{host}:9091")

    received = dict(answer.json()["headers"])
    assert received["x-request-id"] == answer.headers["X-Request-ID"]
    assert received["host"] == f"{host}:9091"


def test_headers_of_one_hop_end_at_the_proxy(rig: Rig, one: App) -> None:
    sent = {
        "Connection": "X-Forwarded-For, X-Secret, close",
        "Keep-Alive": "timeout=5",
        "TE": "trailers",
        "Proxy-Connection": "keep-alive",
    }

    received = headers(rig, rig.app(one.port), sent)

    assert not received.keys() & {"keep-alive", "te", "proxy-connection"}
    assert "x-forwarded-for" in received
    assert "forwarded" not in "".join(received.get("connection", []))


def test_one_connection_may_ask_two_apps_by_turns(rig: Rig, one: App, two: App) -> None:
    hosts = {"one": rig.app(one.port), "two": rig.app(two.port)}
    connection = http.client.HTTPConnection("127.0.0.1", rig.proxy.port, timeout=5)
    connection.connect()
    ours = connection.sock

    for name in ["one", "two"] * 20:
        connection.request("GET", "/", headers={"Host": hosts[name]})
        assert f'"app": "{name}"' in connection.getresponse().read().decode()

    assert connection.sock is ours
    connection.close()


def test_a_websocket_passes(rig: Rig) -> None:
    with echo() as port:
        host = rig.app(port)
        with (
            socket.create_connection(("127.0.0.1", rig.proxy.port), 5) as wire,
            connect(f"ws://{host}/", sock=wire, proxy=None) as talk,
        ):
            for message in ("hello", "x" * 100_000):
                talk.send(message)
                assert talk.recv(5) == message


def test_a_chunk_of_a_stream_passes_before_the_next_one_exists(rig: Rig, one: App) -> None:
    url = f"http://127.0.0.1:{rig.proxy.port}/events"
    asked = {"Host": rig.app(one.port), "Accept": "text/event-stream"}

    with CLIENT.stream("GET", url, headers=asked) as answer:
        chunks = answer.iter_raw()
        assert next(chunks) == b"data: first\n\n"
        one.go_on.set()
        assert next(chunks) == b"data: second\n\n"


def test_a_stream_of_events_may_be_silent_for_longer_than_an_answer(rig: Rig, one: App) -> None:
    url = f"http://127.0.0.1:{rig.proxy.port}"
    host = rig.app(one.port)

    with CLIENT.stream(
        "GET", f"{url}/events", headers={"Host": host, "Accept": "text/event-stream"}
    ) as answer:
        chunks = answer.iter_raw()
        next(chunks)
        assert rig.get(host, "/silent").status_code == 504
        one.go_on.set()
        assert next(chunks) == b"data: second\n\n"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PROPFIND"])
def test_every_method_reaches_the_app(rig: Rig, one: App, method: str) -> None:
    assert rig.get(rig.app(one.port), method=method).json()["method"] == method
