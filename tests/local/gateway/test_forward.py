"""Answers on their way back, and what is said when there is none."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from infra.gateway import payloads
from infra.local.gateway.forward import MAX_BODY
from tests.local.gateway.rig import Gateway, Member, Upstreams, error, gateway, proxy_error
from tests.local.serving import until
from tests.ports import free_port

AWAY = proxy_error("upstream_error", "Upstream service unavailable", 502)


@pytest.mark.parametrize("status", [201, 404, 418, 500, 503])
def test_status_and_body_pass_with_the_rate(gate: Gateway, member: Member, status: int) -> None:
    answer = gate.get(f"/api/v1/{status}", headers=member.session)

    assert answer.status_code == status
    assert answer.json() == {"path": f"/stage/v1/{status}"}
    assert answer.headers["X-RateLimit-Remaining"].isdigit()


def test_headers_of_an_answer_pass(gate: Gateway) -> None:
    answer = gate.get("/api/v1/templates/cached")

    told = [answer.headers[name] for name in ("ETag", "Cache-Control", "Content-Type")]
    assert told == ['"e1"', "max-age=5", "text/x; charset=y"]
    assert answer.text == "cached"


def test_answer_has_one_date(gate: Gateway) -> None:
    answer = gate.get("/api/v1/templates")

    assert len(answer.headers.get_list("date", split_commas=False)) == 1


def test_one_cookie_passes(gate: Gateway) -> None:
    answer = gate.get("/api/v1/templates/cookies")

    [cookie] = answer.headers.get_list("set-cookie")
    assert cookie.startswith("first=1;")


def test_head_has_the_length_and_no_body(gate: Gateway) -> None:
    answer = gate.http.head("/api/v1/templates/cached")

    assert (answer.headers["content-length"], answer.content) == ("6", b"")


def test_compression_is_the_clients_choice(gate: Gateway) -> None:
    packed = gate.get("/api/v1/templates/packed", headers={"Accept-Encoding": "gzip"})
    plain = gate.get("/api/v1/templates/packed")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.text == plain.text == "packed"


def test_redirect_is_followed_here(gate: Gateway) -> None:
    answer = gate.get("/api/v1/templates/redirect")

    assert answer.status_code == 200
    assert answer.json() == {"path": "/landed"}
    assert [seen.path for seen in gate.api.seen] == ["/stage/v1/templates/redirect", "/landed"]


def test_redirect_in_a_circle_ends(gate: Gateway) -> None:
    assert error(gate.get("/api/v1/templates/circle")) == AWAY
    assert len(gate.api.seen) == 11


def test_upstream_that_is_away_is_told(behind: Upstreams, tmp_path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    with gateway(behind, tmp_path, addresses=behind.addresses(api=nowhere, web=nowhere)) as gate:
        member = gate.member()

        answers = [gate.get("/api/v1/x", headers=member.session), gate.get("/index.html")]

        assert [error(answer) for answer in answers] == [AWAY, AWAY]
        assert "X-RateLimit-Remaining" not in answers[0].headers


def test_upstream_that_is_slow_is_told_alike(
    behind: Upstreams, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind.api.go_on.clear()
    monkeypatch.setitem(payloads.TIMEOUTS_MS, "api", 100)
    with gateway(behind, tmp_path) as gate:
        answer = gate.get("/api/v1/templates/slow")

    behind.api.go_on.set()
    assert error(answer) == AWAY


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 413)])
def test_body_is_bounded(gate: Gateway, member: Member, more: int, status: int) -> None:
    answer = gate.http.post("/api/v1/x", content=b"x" * (MAX_BODY + more), headers=member.session)

    assert answer.status_code == status
    assert [seen.size for seen in gate.api.seen] == ([MAX_BODY] if status == 200 else [])


def test_body_that_is_too_large_has_its_words(gate: Gateway, member: Member) -> None:
    answer = gate.http.post("/api/v1/x", content=b"x" * (MAX_BODY + 1), headers=member.session)

    assert error(answer) == proxy_error(
        "request_too_large", "Request body is larger than 10 MiB", 413
    )


def test_events_arrive_as_they_are_made(gate: Gateway, member: Member) -> None:
    gate.api.go_on.clear()
    headers = {**member.session, "Accept": "text/event-stream"}

    with gate.http.stream("GET", "/api/v1/sse", headers=headers) as answer:
        parts = answer.iter_text()
        assert next(parts) == "data: first\n\n"
        assert not gate.api.go_on.is_set()
        gate.api.go_on.set()
        assert next(parts) == "data: second\n\n"

    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert gate.api.last.one("X-User-ID") == member.id


def test_stream_needs_an_account_too(gate: Gateway) -> None:
    answer = gate.get("/api/v1/sse", headers={"Accept": "text/event-stream"})

    assert error(answer)["code"] == "missing_api_key"


def test_stream_is_cut_at_the_deadline(behind: Upstreams, tmp_path) -> None:
    behind.api.go_on.clear()
    with gateway(behind, tmp_path, deadline_seconds=0.2) as gate:
        headers = {"Accept": "text/event-stream"}
        answer = gate.get("/api/v1/templates/sse", headers=headers)

    behind.api.go_on.set()
    assert answer.text == "data: first\n\n"


def test_handshake_of_a_socket_is_an_ordinary_request(gate: Gateway) -> None:
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }

    answer = gate.get("/api/v1/templates", headers=handshake)

    assert answer.status_code == 200
    assert gate.api.last.all("Upgrade") == []


def test_call_fails_as_it_is_told(gate: Gateway) -> None:
    fault = {"call": "GET /api/v1/templates", "fault": "status", "value": 504}
    assert gate.post("/_local/faults", fault).status_code == 201

    answers = [gate.get("/api/v1/templates").status_code for _ in range(2)]

    assert answers == [504, 200]


def test_dropped_call_has_no_answer(gate: Gateway) -> None:
    gate.post("/_local/faults", {"call": "GET /api/v1/templates", "fault": "drop"})

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        gate.get("/api/v1/templates")

    assert gate.get("/api/v1/templates").status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "drop"},
        {"call": "templates", "fault": "drop"},
        {"call": "GET /x", "fault": "fire"},
        {"call": "GET /x", "fault": "drop", "times": 0},
        {"call": "GET /x", "fault": "drop", "more": 1},
        [],
    ],
)
def test_fault_that_cannot_be_read_is_refused(gate: Gateway, fault: Any) -> None:
    assert gate.post("/_local/faults", fault).status_code == 422


def test_client_that_leaves_frees_the_upstream(gate: Gateway) -> None:
    """A gateway that went on reading streams for nobody would run out of connections."""
    gate.api.go_on.clear()
    headers = {"Accept": "text/event-stream"}

    with (
        httpx.Client(base_url=gate.http.base_url, trust_env=False) as leaving,
        leaving.stream("GET", "/api/v1/templates/sse", headers=headers) as answer,
    ):
        next(answer.iter_text())

    until(lambda: gate.api.streams == 0)
    gate.api.go_on.set()
