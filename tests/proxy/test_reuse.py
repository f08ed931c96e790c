"""Idle connections serve whoever comes: nothing is lost, mistaken, or done twice."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from random import Random

import pytest

from tests.ports import free_port
from tests.proxy.apps import App
from tests.proxy.fickle import ANSWER, Fickle, at_random, closes_reused, fickle
from tests.proxy.front import Front, front
from tests.proxy.rig import until

REQUESTS = 150
CLIENTS = 4
"""Of each method, with a connection that stays and with one for each request."""
TRIES = 20
"""How often the next request is asked, until one meets an idle connection."""


def ask(fore: Front, host: str, method: str, *, stays: bool) -> Iterator[str]:
    """What a client meets who asks many times: a status, or that the connection ended."""
    connection = http.client.HTTPConnection("127.0.0.1", fore.settings.port, timeout=10)
    for _ in range(REQUESTS):
        try:
            body = b"x" if method == "POST" else None
            connection.request(method, "/", body, {"Host": host})
            answer = connection.getresponse()
            answer.read()
            yield str(answer.status)
        except http.client.RemoteDisconnected:
            yield "ended"
            connection.close()
        if not stays:
            connection.close()
    connection.close()


def test_an_app_that_closes_idle_connections_loses_no_get_and_gets_no_post_twice(
    fore: Front,
) -> None:
    chance = Random(1)
    app = Fickle(
        at_random(chance, 0.3),
        idles=lambda: chance.random() / 300 if chance.random() < 0.3 else None,
        resets=lambda: chance.random() < 0.5,
    )
    kinds = [*product(("GET", "POST"), (True, False))] * CLIENTS
    with fickle(app) as port, ThreadPoolExecutor(len(kinds)) as pool:
        host = fore.app(port)
        met = pool.map(lambda kind: Counter(ask(fore, host, kind[0], stays=kind[1])), kinds)
        told = {kind: Counter[str]() for kind in kinds}
        for kind, counts in zip(kinds, met, strict=True):
            told[kind] += counts

    all_of_them = {"200": REQUESTS * CLIENTS}
    assert told["GET", False] == told["POST", False] == all_of_them
    # As between any client and server: who keeps a connection has to see that it may end.
    assert {*told["GET", True], *told["POST", True]} == {"200", "ended"}
    assert app.times("GET") == {1, 2}
    assert app.times("POST") == {1}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_first_request_takes_an_idle_connection_and_once_more_a_new_one(
    tmp_path: Path, method: str
) -> None:
    app = Fickle(closes_reused)
    # Of its own: HAProxy keeps as many idle connections as were in use at once a short while ago,
    # whoever's they are, and those to the app of an earlier test may still be among them.
    with front(tmp_path, app_connections=20) as fore, fickle(app) as port:
        host = fore.app(port)
        assert fore.get(host, "/first").status_code == 200
        # A connection is idle a moment after its answer has come: the second may be too early.
        for number in range(TRIES):
            second = fore.get(host, f"/{number}", method=method)
            asked = [request for request in app.asked if request.path == f"/{number}"]
            assert second.status_code == 200
            assert {request.id for request in asked} == {second.headers["X-Request-ID"]}
            if len(asked) > 1:
                break

    assert sorted(request.is_first for request in asked) == [False, True]


@pytest.mark.parametrize(
    "unlike",
    [
        {"method": "POST", "content": b"x"},
        {"method": "PUT", "content": b"x"},
        {"method": "DELETE"},
        {"content": b"x"},
        {"content": iter([b"x"])},
        {"headers": {"Connection": "Upgrade", "Upgrade": "chat"}},
    ],
)
def test_what_may_not_be_repeated_takes_a_new_connection_and_is_asked_once(
    fore: Front, unlike: dict[str, object]
) -> None:
    app = Fickle(lambda request: ANSWER if request.path == "/first" else b"")
    with fickle(app) as port:
        host = fore.app(port)
        assert fore.get(host, "/first").status_code == 200

        assert fore.get(host, "/once", **unlike).status_code == 502

    [request] = [request for request in app.asked if request.path == "/once"]
    assert request.is_first
    assert app.asked[request] == 1


def test_an_answer_that_began_is_not_asked_for_again(fore: Front) -> None:
    app = Fickle(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    with fickle(app) as port:
        host = fore.app(port)

        said = fore.raw(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())

    assert said.endswith(b"half")
    assert app.asked.total() == 1


def test_an_app_that_never_answers_is_asked_twice_and_counted_once(fore: Front) -> None:
    app = Fickle(lambda _: b"")
    with fickle(app) as port:
        host = fore.app(port)

        assert fore.get(host).status_code == 502

    assert app.times("GET") == {2}
    counted = fore.counted(host, lambda traffic: traffic.classes[4] == 1)
    assert (counted.requests, sum(counted.latency)) == (1, 1)
    assert until(lambda: counted_lines(fore, host)) == 1


def counted_lines(fore: Front, host: str) -> int:
    """How many requests the log tells of a host."""
    return sum(json.loads(line)["host"] == host for line in fore.log.splitlines() if host in line)


def test_a_port_where_nothing_listens_is_tried_again_without_a_pause(fore: Front) -> None:
    host = fore.app(free_port())

    assert fore.get(host).status_code == 502

    [line] = until(lambda: [line for line in fore.log.splitlines() if host in line])
    # HAProxy's own pause is a second.
    assert json.loads(line)["ms"] < 1000


def test_a_connection_to_one_app_is_never_taken_for_another(
    fore: Front, one: App, two: App
) -> None:
    hosts = {"one": fore.app(one.port), "two": fore.app(two.port)}

    def names(name: str) -> set[str]:
        return {fore.get(hosts[name]).json()["app"] for _ in range(50)}

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(names, ["one", "two"] * 3))

    assert found == [{"one"}, {"two"}] * 3
