"""What HAProxy counts of each deployment."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from websockets.sync.client import connect

from infra.proxy.counters import CLASSES, LATENCY_MILLISECONDS, Traffic, is_new, read, rise
from tests.ports import free_port
from tests.proxy.apps import App, echo
from tests.proxy.front import Front

HALF_A_MEGABYTE = 500_000
SAID = (
    "# table: traffic, type: string, size:204800, used:1\n"
    "0x55ad652fd930: key=0190-ab use=1 exp=86397098 conn_cur=1 http_req_cnt=7 bytes_in_cnt=142 "
    "bytes_out_cnt=110756227 " + " ".join(f"gpc{number}={number}" for number in range(17)) + "\n\n"
)


def test_what_haproxy_says_is_read_by_column() -> None:
    assert read(SAID) == {
        "0190-ab": Traffic(
            requests=7,
            bytes_in=142,
            bytes_out=110_756_227,
            classes=(0, 1, 2, 3, 4),
            latency=tuple(range(5, 17)),
            in_flight=1,
        )
    }
    assert read("") == {}


def test_a_count_that_wraps_is_told_from_one_that_begins_anew() -> None:
    before, after = read(SAID)["0190-ab"], read(SAID.replace("cnt=142", "cnt=10"))["0190-ab"]

    assert is_new(before, after)
    assert not is_new(before, before)
    assert rise(2**32 - 1, 2, is_new=False) == 3
    assert rise(7, 2, is_new=True) == 2


@pytest.mark.parametrize(
    ("path", "column"),
    [("/", "2xx"), ("/status/304", "3xx"), ("/status/418", "4xx"), ("/busy", "5xx")],
)
def test_an_answer_is_counted_in_its_class(fore: Front, one: App, path: str, column: str) -> None:
    host = fore.app(one.port)
    for _ in range(3):
        fore.get(host, path)

    found = fore.counted(host, lambda traffic: sum(traffic.classes) == 3)

    assert found.requests == 3
    assert dict(zip(CLASSES, found.classes, strict=True))[column] == 3
    assert sum(found.latency) == 3


def test_the_proxys_own_answer_for_an_app_that_is_away_is_counted(fore: Front) -> None:
    host = fore.app(free_port())
    assert fore.get(host).status_code == 502

    assert fore.counted(host, lambda traffic: traffic.classes[4] == 1).requests == 1


def test_a_stopped_apps_page_is_counted_for_nobody(fore: Front) -> None:
    host = fore.app(1)
    fore.lead(host, f"stopped/-/0/dep-{host.partition('.')[0]}/-/-")
    assert fore.get(host).status_code == 503

    assert fore.traffic(host) is None


def test_no_request_is_lost_among_many_at_once(fore: Front, one: App) -> None:
    host = fore.app(one.port)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: fore.get(host).status_code, range(200)))

    found = fore.counted(host, lambda traffic: traffic.in_flight == 0)

    assert answers == [200] * 200
    assert found.requests == found.classes[1] == sum(found.latency) == 200


def test_an_answers_time_is_counted_in_its_bucket(fore: Front, one: App) -> None:
    host = fore.app(one.port)
    timer = threading.Timer(0.3, one.go_on.set)
    timer.start()
    assert fore.get(host, "/slow").status_code == 200

    latency = fore.counted(host, lambda traffic: sum(traffic.latency) == 1).latency

    # Not sooner than it was let go; how much later is the machine's.
    assert latency.index(1) >= LATENCY_MILLISECONDS.index(500)


def test_bytes_are_counted_in_both_directions(fore: Front, one: App) -> None:
    host = fore.app(one.port)
    fore.get(host, "/upload", method="POST", content=b"x" * HALF_A_MEGABYTE)
    fore.get(host, f"/download/{2 * HALF_A_MEGABYTE}")

    found = fore.counted(host, lambda traffic: traffic.in_flight == 0 and traffic.requests == 2)

    assert 0 <= found.bytes_in - HALF_A_MEGABYTE < 1000
    assert 0 <= found.bytes_out - 2 * HALF_A_MEGABYTE < 1000


def test_what_goes_on_is_counted_while_it_does(fore: Front, one: App) -> None:
    """A WebSocket and a download that do not end, side by side: HAProxy looks every 5 s."""
    with echo() as port:
        talking, loading = fore.app(port), fore.app(one.port)
        with (
            socket.create_connection(("127.0.0.1", fore.settings.port), 5) as wire,
            connect(f"ws://{talking}/", sock=wire, proxy=None, compression=None) as talk,
            socket.create_connection(("127.0.0.1", fore.settings.port), 5) as download,
        ):
            download.sendall(f"GET /endless HTTP/1.1\r\nHost: {loading}\r\n\r\n".encode())
            download.recv(1000)
            talk.send(b"x" * HALF_A_MEGABYTE)
            talk.recv(5)

            def passes(size: int) -> Callable[[Traffic], bool]:
                def look(traffic: Traffic) -> bool:
                    # Whatever goes on has to pass for its bytes to be seen.
                    talk.send(b"x")
                    talk.recv(5)
                    download.recv(100_000)
                    return traffic.bytes_out > size

                return look

            both = fore.counted(talking, passes(HALF_A_MEGABYTE))
            assert both.bytes_in > HALF_A_MEGABYTE
            assert both.classes[0] == both.in_flight == 1
            assert fore.counted(loading, passes(HALF_A_MEGABYTE)).in_flight == 1
