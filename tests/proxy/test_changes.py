"""How the proxy follows the route table, and what it outlives."""

from __future__ import annotations

import signal
import socket
import statistics
import subprocess
import time
from collections.abc import Callable

import psutil

from tests.proxy.apps import App
from tests.proxy.rig import Rig, until

PROMISED_SECONDS = 1.0
DRAIN_SECONDS = 5.0


def seconds_until(condition: Callable[[], bool]) -> float:
    began = time.monotonic()
    until(condition)
    return time.monotonic() - began


def test_a_route_appears_and_vanishes_within_a_second(rig: Rig, one: App) -> None:
    took = []
    for _ in range(3):
        host = rig.host()
        rig.route(host, one.port)
        took.append(seconds_until(lambda host=host: rig.shows(host, 200)))
        rig.route(host, state="stopped", address="")
        took.append(seconds_until(lambda host=host: rig.shows(host, 503)))
        rig.forget(host)
        took.append(seconds_until(lambda host=host: rig.shows(host, 404)))

    assert statistics.median(took) <= PROMISED_SECONDS


def test_a_route_follows_its_app_to_another_port(rig: Rig, one: App, two: App) -> None:
    host = rig.app(one.port)
    assert rig.get(host).json()["app"] == "one"

    rig.route(host, two.port)

    until(lambda: rig.get(host).json()["app"] == "two")


def test_a_refused_address_is_failed_and_told(rig: Rig, one: App) -> None:
    host = rig.host()
    rig.route(host, one.port, address="10.9.1.1")

    until(lambda: rig.shows(host, 502))

    assert "This app has failed" in rig.get(host).text
    assert f"{host} of dep-" in rig.proxy.log
    assert "'10.9.1.1' is not allowed" in rig.proxy.log


def test_the_last_good_routes_stay_while_the_table_is_away(rig: Rig, one: App) -> None:
    old, new = rig.app(one.port), rig.host()
    rig.wire.cut()
    try:
        until(lambda: "The route table is away" in rig.proxy.log)
        rig.route(new, one.port)

        assert rig.get(old).status_code == 200
        assert rig.get(new).status_code == 404
        assert rig.proxy.answers("ready")
    finally:
        rig.wire.mend()
    until(lambda: rig.shows(new, 200))

    assert rig.proxy.log.count("The route table is away") == 1
    assert rig.proxy.log.count("The route table is back") == 1


def test_a_killed_haproxy_is_back_with_its_routes(rig: Rig, one: App) -> None:
    host = rig.app(one.port)
    killed = rig.proxy.child("haproxy")

    killed.kill()

    until(lambda: rig.shows(host, 200))
    until(lambda: rig.proxy.answers("ready"))
    assert rig.proxy.child("haproxy").pid != killed.pid
    follows(rig, one)


def test_a_killed_agent_is_back_and_follows(rig: Rig, one: App) -> None:
    host = rig.app(one.port)
    killed = rig.proxy.child("infra.proxy.agent")

    killed.kill()

    follows(rig, one)
    assert rig.get(host).status_code == 200
    assert rig.proxy.child("infra.proxy.agent").pid != killed.pid


def is_alive(member: psutil.Process) -> bool:
    """Whether a process runs; one that ended and waits for init to look does not."""
    try:
        return member.is_running() and member.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_killed_proxy_leaves_nothing_and_starts_again_on_its_ports(rig: Rig, one: App) -> None:
    host = rig.app(one.port)
    family = psutil.Process(rig.proxy.process.pid).children()
    assert len(family) == 2

    rig.proxy.process.kill()
    rig.proxy.process.wait()
    rig.proxy.start()

    until(lambda: not any(is_alive(member) for member in family))
    assert rig.get(host).status_code == 200
    follows(rig, one)


def test_a_proxy_that_starts_without_its_table_serves_what_it_knew(rig: Rig, one: App) -> None:
    host = rig.app(one.port)
    saved = rig.proxy.folder / "state/routes.map"
    until(lambda: host in saved.read_text())
    rig.wire.cut()
    try:
        rig.proxy.process.kill()
        rig.proxy.process.wait()
        rig.proxy.launch()

        until(lambda: rig.shows(host, 200))
        assert not rig.proxy.answers("ready")
    finally:
        rig.wire.mend()
    until(lambda: rig.proxy.answers("ready"))


def test_a_stopped_proxy_finishes_what_it_is_at_and_waits_for_no_idle_client(
    rig: Rig, one: App
) -> None:
    host = rig.app(one.port)
    proxy = ("127.0.0.1", rig.proxy.port)
    headers = f"HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n\r\n"
    try:
        with socket.create_connection(proxy, 5) as idle, socket.create_connection(proxy, 5) as busy:
            idle.sendall(f"GET / {headers}".encode())
            assert idle.recv(1000)
            busy.sendall(f"GET /slow {headers}".encode())
            until(lambda: one.waiting)

            rig.proxy.process.send_signal(signal.SIGTERM)
            until(lambda: refuses(rig.proxy.port))
            one.go_on.set()
            answer = b"".join(iter(lambda: busy.recv(65536), b""))
            took = seconds_until(lambda: rig.proxy.process.poll() is not None)

        assert b'"app": "one"' in answer
        assert rig.proxy.process.returncode == 0
        assert took < DRAIN_SECONDS
    finally:
        rig.proxy.stop()
        rig.proxy.start()


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return True
    return False


def follows(rig: Rig, app: App) -> None:
    """See that a new route still appears."""
    host = rig.host()
    rig.route(host, app.port)
    until(lambda: rig.shows(host, 200))


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=30
    )


def test_a_taken_port_is_told_in_a_sentence(rig: Rig) -> None:
    command = [*rig.proxy.command(), "--state", str(rig.proxy.folder / "second")]

    said = run(command, rig.proxy.environment())

    assert said.returncode == 1
    assert f"Port {rig.proxy.port} on 127.0.0.1 is taken; give another with --port." in said.stderr


def test_a_missing_table_is_told_in_a_sentence(rig: Rig) -> None:
    environment = {**rig.proxy.environment(), "HOSTER_ROUTES_TABLE": ""}

    said = run(rig.proxy.command(), environment)

    assert said.returncode == 1
    assert "HOSTER_ROUTES_TABLE must name the DynamoDB table of routes." in said.stderr
