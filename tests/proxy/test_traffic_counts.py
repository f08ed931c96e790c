"""What apps are asked and sent is reported exactly, whatever ends meanwhile: with real HAProxy."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest
from websockets.sync.client import connect

from chalicelib.domain.traffic import NOTHING, Traffic, read_report, traffic_of
from tests.proxy.apps import App, echo
from tests.proxy.rig import AWS, Proxy, Rig, Wire, until

WRAPPING = 600
"""More than the headers of one request or answer take."""


@dataclass
class Receiver:
    """Takes the reports from their queue."""

    url: str
    client: object
    latest: dict[tuple[str, str], tuple[int, Traffic]] = field(default_factory=dict)
    reports: int = 0

    def take(self) -> None:
        """Take what lies in the queue, in whatever order it comes."""
        receive, delete = self.client.receive_message, self.client.delete_message  # type: ignore[attr-defined]
        while found := receive(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                report = read_report(json.loads(message["Body"]))
                self.reports += 1
                for app, traffic in report.apps.items():
                    key = (report.boot, app)
                    last = self.latest.get(key, (0, NOTHING))
                    self.latest[key] = max(last, (report.sequence, traffic))
                delete(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def of(self, app: str) -> Traffic:
        """Everything that was reported of an app so far."""
        self.take()
        rows = [one.numbers for (_, of), (_, one) in self.latest.items() if of == app]
        return traffic_of([sum(column) for column in zip(NOTHING.numbers, *rows, strict=True)])

    def more(self) -> bool:
        """Whether another report has come."""
        before = self.reports
        self.take()
        return self.reports > before


@dataclass
class Counted:
    """A proxy that reports, beside the one of all tests."""

    rig: Rig
    proxy: Proxy
    receiver: Receiver
    wire: Wire
    """Leads to the queue and the table."""
    apps: int = 0

    def app(self, port: int) -> tuple[str, str]:
        """A running app; returns its host name and deployment, once the proxy knows it."""
        host = self.rig.host()
        deployment = f"counted-{host.partition('.')[0]}"
        self.rig.route(host, port, deployment=deployment)
        until(lambda: self.status(host, "/unknown-to-be-counted") != 404)
        return host, deployment

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.proxy.port, timeout=20)

    def status(self, host: str, path: str = "/") -> int:
        connection = self.connection()
        try:
            connection.request("GET", path, headers={"Host": host})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def refuses(self) -> bool:
        """Whether nobody can connect any more."""
        try:
            socket.create_connection(("127.0.0.1", self.proxy.port), 5).close()
        except OSError:
            return True
        return False

    def logged(self, deployment: str) -> list[dict[str, int]]:
        """What the access log tells of a deployment's requests."""
        lines = [line for line in self.proxy.log.splitlines() if f'"{deployment}"' in line]
        return [json.loads(line[line.index("{") :]) for line in lines]

    def is_as_logged(self, deployment: str, requests: int) -> bool:
        """Whether that many requests were logged, and what was reported is just what was logged."""
        logged, told = self.logged(deployment), self.receiver.of(deployment)
        sums = [sum(one[name] for one in logged) for name in ("bytes_in", "bytes_out")]
        return len(logged) == requests and list(told[:3]) == [requests, *sums]


@pytest.fixture(scope="module")
def counted(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counted]:
    folder = tmp_path_factory.mktemp("counted")
    client = boto3.client(
        "sqs",
        endpoint_url=rig.cloud.url,
        region_name="us-east-1",
        aws_access_key_id=AWS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=AWS["AWS_SECRET_ACCESS_KEY"],
    )
    url = client.create_queue(QueueName="proxy-tests-traffic")["QueueUrl"]
    wire = Wire(rig.cloud.port)
    more = {
        "HOSTER_TRAFFIC_QUEUE": url,
        "HOSTER_PROXY_REPORT_SECONDS": "1",
        "HOSTER_PROXY_UPSTREAM_SECONDS": "20",
    }
    proxy = Proxy(folder, wire.port, more=more)
    proxy.start()
    try:
        yield Counted(rig, proxy, Receiver(url, client), wire)
    finally:
        proxy.stop()
        wire.cut()


def state_of(counted: Counted) -> dict[str, object]:
    found: dict[str, object] = json.loads((counted.proxy.folder / "state/traffic.json").read_text())
    return found


def test_requests_of_one_connection_are_counted_to_the_byte(counted: Counted, one: App) -> None:
    host, deployment = counted.app(one.port)
    until(lambda: counted.is_as_logged(deployment, 1))
    connection = counted.connection()
    size = 0
    for _ in range(50):
        connection.request("GET", "/some-page", headers={"Host": host})
        size += len(connection.getresponse().read())
    connection.request("GET", "/busy", headers={"Host": host})
    connection.getresponse().read()
    connection.close()

    until(lambda: counted.is_as_logged(deployment, 52))

    told = counted.receiver.of(deployment)
    assert told.statuses == (0, 51, 0, 0, 1)
    assert sum(told.latencies) == 52
    assert size < told.bytes_out < size + 53 * WRAPPING


def test_large_upload_is_counted_to_the_byte(counted: Counted, one: App) -> None:
    host, deployment = counted.app(one.port)
    until(lambda: counted.is_as_logged(deployment, 1))
    sent = []
    for size in (10_000_000, 50_000_000):
        connection, before = counted.connection(), counted.receiver.of(deployment)
        connection.request("POST", "/", body=b"x" * size, headers={"Host": host})
        assert json.loads(connection.getresponse().read()) == {"received": size}
        connection.close()
        until(lambda: counted.is_as_logged(deployment, before.requests + 1))  # noqa: B023 - at once
        sent.append(counted.receiver.of(deployment).bytes_in - before.bytes_in)

    assert sent[1] - sent[0] == 40_000_000
    assert 10_000_000 < sent[0] < 10_000_000 + WRAPPING


def test_websocket_is_counted_while_it_is_open_and_to_the_byte(counted: Counted) -> None:
    with echo() as port:
        host, deployment = counted.app(port)
        before = counted.receiver.of(deployment)
        with (
            socket.create_connection(("127.0.0.1", counted.proxy.port), 5) as wire,
            connect(f"ws://{host}/", sock=wire, proxy=None, compression=None) as talk,
        ):
            for _ in range(20):
                talk.send(b"m" * 10_000)
                assert len(talk.recv(5)) == 10_000
            until(lambda: counted.receiver.of(deployment).bytes_out > 200_000, 20)
            open_one = counted.receiver.of(deployment)
        logged = until(lambda: [one for one in counted.logged(deployment) if one["status"] == 101])
        until(lambda: counted.is_as_logged(deployment, len(counted.logged(deployment))), 20)

    assert open_one.statuses[0] == 1
    assert before.statuses[0] == 0
    # A frame of 10,000 bytes has 4 bytes before them, and 4 more of a mask from clients.
    assert 200_080 < logged[0]["bytes_out"] < 200_080 + WRAPPING
    assert 200_160 < logged[0]["bytes_in"] < 200_160 + WRAPPING


def ask(counted: Counted, host: str, times: int) -> None:
    for _ in range(times):
        assert counted.status(host) == 200


def test_counting_agent_that_is_killed_loses_and_doubles_nothing(
    counted: Counted, one: App
) -> None:
    host, deployment = counted.app(one.port)
    for rounds in range(1, 4):
        ask(counted, host, 10)
        killed = counted.proxy.child("infra.proxy.traffic")
        killed.kill()
        ask(counted, host, 10)
        until(lambda: not killed.is_running() or killed.status() == "zombie")  # noqa: B023 - at once
        until(lambda: counted.is_as_logged(deployment, 1 + 20 * rounds), 20)  # noqa: B023

    until(counted.receiver.more)
    assert counted.is_as_logged(deployment, 61)


def test_haproxy_that_is_killed_loses_what_was_not_read_and_doubles_nothing(
    counted: Counted, one: App
) -> None:
    host, deployment = counted.app(one.port)
    ask(counted, host, 10)
    until(lambda: counted.is_as_logged(deployment, 11))
    counted.proxy.worker().kill()
    until(lambda: counted.status(host) == 200, 20)
    ask(counted, host, 10)

    until(lambda: counted.is_as_logged(deployment, 22), 20)


def test_reload_in_the_middle_of_requests_loses_nothing_that_ended_before(
    counted: Counted, one: App
) -> None:
    host, deployment = counted.app(one.port)
    ask(counted, host, 10)
    old = counted.proxy.worker().pid
    slow = threading.Thread(target=lambda: counted.status(host, "/slow"))
    slow.start()
    until(lambda: one.waiting)
    counted.proxy.process.send_signal(signal.SIGHUP)
    until(lambda: counted.proxy.worker().pid != old, 20)
    ask(counted, host, 10)
    one.go_on.set()
    slow.join()

    until(lambda: counted.is_as_logged(deployment, 22), 20)


def test_reports_that_did_not_arrive_are_made_up(counted: Counted, one: App) -> None:
    host, deployment = counted.app(one.port)
    counted.wire.cut()
    try:
        ask(counted, host, 10)
        until(lambda: "The queue of reports is away" in counted.proxy.log)
        ask(counted, host, 10)
    finally:
        counted.wire.mend()

    until(lambda: counted.is_as_logged(deployment, 21), 30)


def test_last_report_tells_what_was_drained(counted: Counted, one: App) -> None:
    """And the start after it goes on without counting anything again."""
    host, deployment = counted.app(one.port)
    ask(counted, host, 5)
    slow = threading.Thread(target=lambda: counted.status(host, "/slow"))
    slow.start()
    until(lambda: one.waiting)
    counted.proxy.process.send_signal(signal.SIGTERM)
    until(counted.refuses)
    one.go_on.set()
    slow.join()
    assert counted.proxy.process.wait(20) == 0

    assert counted.is_as_logged(deployment, 7)
    counted.proxy.start()
    until(counted.receiver.more)
    assert counted.is_as_logged(deployment, 7)


def test_exporter_tells_how_full_the_table_of_counters_is(counted: Counted, one: App) -> None:
    """Of one app it tells nothing: that is in the app's own metrics."""
    _, deployment = counted.app(one.port)
    connection = http.client.HTTPConnection("127.0.0.1", counted.proxy.internal_port, timeout=5)
    connection.request("GET", "/metrics")
    told = connection.getresponse().read().decode()
    connection.close()

    assert 'haproxy_sticktable_used{name="traffic",type="string"}' in told
    assert deployment not in told


def test_file_of_sums_is_whole_at_any_moment(counted: Counted) -> None:
    until(counted.receiver.more)

    state = state_of(counted)

    assert set(state) == {"current", "over", "workers"}
    assert not list(Path(counted.proxy.folder / "state").glob("traffic.new"))
