"""What the proxy shows in place of an app, and under which names it finds one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chalicelib.domain.routes import normalise_host
from tests.ports import free_port
from tests.proxy.apps import App
from tests.proxy.rig import Rig, until

REQUEST = re.compile(r"[0-9a-f]{16}-\d+-\d+-\d+")


@pytest.mark.parametrize(
    ("state", "status", "says"),
    [
        ("stopped", 503, "This app is stopped"),
        ("starting", 503, "This app is starting"),
        ("failed", 502, "This app has failed"),
        ("unverified", 403, "This domain is not verified yet"),
    ],
)
def test_a_state_has_its_page(rig: Rig, state: str, status: int, says: str) -> None:
    host = rig.host()
    rig.route(host, state=state, address="")

    until(lambda: rig.shows(host, status))
    answer = rig.get(host)

    assert says in answer.text
    assert answer.headers["X-App-Proxy"] == state
    assert ('http-equiv="refresh"' in answer.text) == (state == "starting")
    assert host in answer.text


def test_an_unknown_host_is_404_and_the_page_is_no_store_and_names_its_request(rig: Rig) -> None:
    answer = rig.get("nobody.apps.test")

    assert answer.status_code == 404
    assert answer.headers["X-App-Proxy"] == "unknown"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert REQUEST.fullmatch(answer.headers["X-Request-ID"])
    assert answer.headers["X-Request-ID"] in answer.text
    assert "prefers-color-scheme:dark" in answer.text
    assert len(answer.content) < 4096
    assert "%%" not in answer.text
    assert "@{" not in answer.text


def test_no_page_loads_anything_from_elsewhere(rig: Rig) -> None:
    assert not re.search(r"(src|href)=|url\(|@import", rig.get("nobody.apps.test").text)


def test_a_host_cannot_put_markup_on_the_page(rig: Rig) -> None:
    said = rig.raw(b"GET / HTTP/1.1\r\nHost: a.test<b>x\r\nConnection: close\r\n\r\n")

    assert b"<b>" not in said


def test_head_gets_the_status_without_the_page(rig: Rig) -> None:
    said = rig.raw(b"HEAD / HTTP/1.1\r\nHost: nobody.test\r\nConnection: close\r\n\r\n")

    assert said.startswith(b"HTTP/1.1 404 ")
    assert said.endswith(b"\r\n\r\n")


def test_a_port_where_nothing_listens_is_502(rig: Rig) -> None:
    host = rig.app(free_port())

    answer = rig.get(host)

    assert answer.status_code == 502
    assert answer.reason_phrase == "Bad Gateway"
    assert answer.headers["X-App-Proxy"] == "unreachable"
    assert "The app cannot be reached" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


def test_an_app_that_does_not_speak_http_is_502(rig: Rig, one: App) -> None:
    answer = rig.get(rig.app(one.port), "/garbage")

    assert answer.status_code == 502
    assert "The app did not answer properly" in answer.text


def test_an_app_that_is_silent_for_too_long_is_504(rig: Rig, one: App) -> None:
    answer = rig.get(rig.app(one.port), "/silent")

    assert answer.status_code == 504
    assert "The app took too long to answer" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_app_keeps_its_own_503(rig: Rig, one: App) -> None:
    answer = rig.get(rig.app(one.port), "/busy")

    assert answer.status_code == 503
    assert answer.json() == {"app": "busy"}


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_an_app_keeps_its_own_health_and_metrics(rig: Rig, one: App, path: str) -> None:
    assert rig.get(rig.app(one.port), path).json()["path"] == path


def test_health_and_metrics_are_told_on_the_internal_port_alone(rig: Rig) -> None:
    assert all(rig.proxy.answers(path) for path in ("health", "ready", "metrics"))
    assert not rig.proxy.answers("")
    assert rig.get("127.0.0.1", "/health").status_code == 404


def test_a_host_is_found_however_it_is_written(rig: Rig, one: App) -> None:
    host = rig.app(one.port)
    ways = [host, f"{host}:9091", f"{host}.", f"{host}.:80"]

    for asked in [*ways, *(way.upper() for way in ways)]:
        assert normalise_host(asked) == host
        assert rig.get(asked).status_code == 200


def test_another_host_is_not_found(rig: Rig, one: App) -> None:
    host = rig.app(one.port)

    for form in ("x%s", "%sx", "x.%s", "%s/", "%s,x", "x,%s", "%s x", "%s\r\nHost: other.test"):
        asked = f"GET / HTTP/1.1\r\nHost: {form % host}\r\nConnection: close\r\n\r\n"
        assert rig.raw(asked.encode()).split()[1] in (b"400", b"404"), form


def test_what_is_no_request_is_400(rig: Rig) -> None:
    assert rig.raw(b"this is no request\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_an_access_is_logged_as_json_with_its_deployment(rig: Rig, one: App) -> None:
    host = rig.app(one.port, deployment="dep-logged")
    answer = rig.get(host, '/a"b?secret=1')

    def find() -> dict[str, Any] | None:
        lines = [line for line in rig.proxy.log.splitlines() if "dep-logged" in line]
        entries = [json.loads(line) for line in lines]
        wanted = answer.headers["X-Request-ID"]
        return next((entry for entry in entries if entry.get("request_id") == wanted), None)

    entry = until(find)
    assert entry["status"] == 200
    assert entry["host"] == host
    assert entry["bytes_out"] > 0
    assert "secret" not in str(entry)
