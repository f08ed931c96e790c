"""Reported usage: each event gets its verdict, and the batch its answer."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.local.gateway.rig import METER_KEY, Gateway, Member, Plans, Upstreams, error, gateway

PLACE = "/_internal/meter"
SERVICE = {"X-API-Key": METER_KEY}
NUMBERS = itertools.count(1)
POINTER = {"pointer": "/data/attributes/data"}


def event(member: Member, **given: Any) -> dict[str, Any]:
    usual = {
        "id": f"evt_{next(NUMBERS)}",
        "user_id": member.id,
        "event_type": "deployment.created",
        "resource_id": "depl_1",
        "resource_type": "deployment",
        "quantity": 1,
        "metadata": {"k": "v"},
        "timestamp": moment(),
    }
    return {**usual, **given}


def moment(**off: float) -> str:
    return f"{datetime.now(UTC) + timedelta(**off):%Y-%m-%dT%H:%M:%SZ}"


def report(gate: Gateway, *events: dict[str, Any], **more: Any) -> httpx.Response:
    items = [{"type": "usage_events", "attributes": one} for one in events]
    return gate.post(PLACE, {"data": items}, **{"headers": SERVICE, **more})


def accepted(count: int, *errors: dict[str, Any]) -> dict[str, Any]:
    return {"meta": {"accepted": count, "errors": list(errors) or None, "rejected": len(errors)}}


def test_event_is_accepted(gate: Gateway, member: Member) -> None:
    answer = report(gate, event(member))

    assert answer.status_code == 202
    assert answer.headers["content-type"] == "application/vnd.api+json"
    assert answer.json() == accepted(1)


def test_slash_at_the_end_changes_nothing(gate: Gateway, member: Member) -> None:
    answer = gate.post(f"{PLACE}/", {"data": [{"attributes": event(member)}]}, headers=SERVICE)

    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("wrong", "code", "detail"),
    [
        ({"id": ""}, "validation_error", "id is required"),
        ({"user_id": None}, "validation_error", "user_id is required"),
        ({"event_type": ""}, "validation_error", "event_type is required"),
        (
            {"event_type": "deployment_created"},
            "invalid_event_type",
            "Unknown event type 'deployment_created'",
        ),
        ({"event_type": "custom."}, "invalid_event_type", "Unknown event type 'custom.'"),
        ({"user_id": "nobody"}, "user_not_found", "User 'nobody' does not exist"),
        (
            {"timestamp": moment(days=5)},
            "invalid_timestamp",
            "Timestamp cannot be in the future",
        ),
        (
            {"timestamp": moment(days=-8)},
            "invalid_timestamp",
            "Timestamp cannot be older than 7 days",
        ),
        ({"timestamp": "yesterday"}, "invalid_timestamp", "Timestamp must be in RFC3339 format"),
        ({"quantity": -1}, "invalid_quantity", "Quantity must be >= 0"),
    ],
)
def test_event_is_refused_beside_a_good_one(
    gate: Gateway, member: Member, wrong: dict[str, Any], code: str, detail: str
) -> None:
    bad = event(member, **wrong)

    answer = report(gate, event(member), bad)

    entry = {"index": 1, "id": bad["id"], "code": code, "detail": detail}
    assert answer.status_code == 202
    assert answer.json() == accepted(1, entry)


@pytest.mark.parametrize(
    "right",
    [
        {"event_type": "custom.x"},
        {"event_type": "compute.minutes", "quantity": 0.5},
        {"quantity": 0},
        {"quantity": None, "metadata": None, "timestamp": None, "resource_id": None},
        {"timestamp": moment(seconds=30)},
        {"timestamp": moment(days=-6.9)},
    ],
)
def test_event_that_says_less_or_more_is_accepted(
    gate: Gateway, member: Member, right: dict[str, Any]
) -> None:
    assert report(gate, event(member, **right)).json() == accepted(1)


def test_event_that_was_reported_is_a_duplicate(gate: Gateway, member: Member) -> None:
    old, new = event(member), event(member)
    report(gate, old)

    answer = report(gate, new, old)

    entry = {"index": 1, "id": old["id"], "code": "duplicate_event"}
    entry["detail"] = "Event with this ID already processed"
    assert answer.json() == accepted(1, entry)


def test_batch_of_refused_events_is_refused_without_details(gate: Gateway, member: Member) -> None:
    old = event(member)
    report(gate, old)

    answer = report(gate, old)

    assert error(answer) == {
        "status": "422",
        "code": "validation_error",
        "title": "Validation Failed",
        "detail": "All events failed validation",
        "source": POINTER,
    }


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"data": {}}', b'{"data": [{"attributes": 1}]}'])
def test_body_that_is_no_batch_is_refused(gate: Gateway, body: bytes) -> None:
    found = error(gate.http.post(PLACE, content=body, headers=SERVICE))

    assert (found["status"], found["code"], found["title"]) == ("400", "bad_request", "Bad Request")
    assert found["detail"].startswith("Invalid JSON body: ")


@pytest.mark.parametrize("wrong", [{"metadata": {"n": 1}}, {"quantity": "1"}, {"id": 1}])
def test_value_of_another_kind_refuses_the_whole_batch(
    gate: Gateway, member: Member, wrong: dict[str, Any]
) -> None:
    good = event(member)

    assert error(report(gate, good, event(member, **wrong)))["code"] == "bad_request"
    assert report(gate, good).json() == accepted(1)


@pytest.mark.parametrize("body", [{"data": []}, {"data": None}, {}])
def test_empty_batch_is_refused(gate: Gateway, body: dict[str, Any]) -> None:
    found = error(gate.post(PLACE, body, headers=SERVICE))

    assert (found["status"], found["source"]) == ("422", POINTER)
    assert found["detail"] == "At least one event is required"


def test_batch_of_a_thousand_is_the_largest(gate: Gateway, member: Member) -> None:
    events = [event(member) for _ in range(1001)]

    assert error(report(gate, *events))["detail"] == "Maximum 1000 events per batch"
    assert report(gate, *events[1:]).json() == accepted(1000)


def test_metering_needs_a_key_that_stands_and_no_session_will_do(
    gate: Gateway, member: Member
) -> None:
    revoked = gate.key(member)
    gate.http.delete(f"/_local/keys/{revoked['id']}")
    refused = ({}, member.session, {"X-API-Key": "x"}, {"X-API-Key": revoked["key"]})

    for headers in refused:
        for answer in (
            report(gate, event(member), headers=headers),
            gate.get(PLACE, params={"user_id": member.id}, headers=headers),
        ):
            assert error(answer) == {
                "status": "401",
                "code": "unauthorized",
                "title": "Unauthorized",
                "detail": "Valid JWT token or API key required",
            }


@pytest.mark.parametrize(
    ("scopes", "status"),
    [(["other"], 403), (["meter:write"], 202), (["*"], 202), ([], 202)],
)
def test_scope_of_a_key_decides(
    gate: Gateway, member: Member, scopes: list[str], status: int
) -> None:
    key = {"Authorization": f"Bearer {gate.key(member, scopes=scopes)['key']}"}

    answer = report(gate, event(member), headers=key)

    assert answer.status_code == status
    if status == 403:
        assert error(answer) == {
            "status": "403",
            "code": "insufficient_scope",
            "title": "Insufficient Scope",
            "detail": "API key requires 'meter:write' scope to perform this action",
        }


def test_usage_of_a_user_is_shown_newest_first(gate: Gateway, member: Member) -> None:
    old, new = event(member, quantity=2.5), event(member)
    report(gate, old, event(gate.member()))
    report(gate, new, headers={**SERVICE, "X-Service-Name": "hoster"})

    answer = gate.get(PLACE, params={"user_id": member.id}, headers=SERVICE)

    shown = answer.json()["data"]
    assert answer.status_code == 200
    assert [(one["type"], one["id"]) for one in shown] == [
        ("usage_events", new["id"]),
        ("usage_events", old["id"]),
    ]
    assert shown[0]["attributes"] == {**new, "source": "hoster"}
    assert shown[1]["attributes"] == {**old, "source": "external"}


def test_usage_of_nobody_in_particular_is_refused(gate: Gateway) -> None:
    found = error(gate.get(PLACE, headers=SERVICE))

    assert found["source"] == {"pointer": "/data/attributes/user_id"}
    assert found["detail"] == "user_id query parameter is required"


def test_old_place_of_metering_is_the_apis(gate: Gateway, member: Member) -> None:
    gate.post("/api/v1/meter", {}, headers=member.session)

    assert gate.api.last.path == "/stage/v1/meter"


def test_usage_does_not_touch_the_quota(behind: Upstreams, tmp_path) -> None:
    table = Plans({"tiny": (60, 2)}).write(tmp_path)
    with gateway(behind, tmp_path / "state", table=table) as gate:
        member = gate.member(plan_id="tiny")
        report(gate, *(event(member) for _ in range(500)))

        answer = gate.get("/api/v1/x", headers=member.session)

    assert answer.headers["X-Quota-Used"] == "1"


def test_report_with_an_id_from_before_a_restart_is_lost_and_answered_as_taken(
    gate: Gateway, member: Member
) -> None:
    old, new = event(member), event(member)
    report(gate, old)
    assert gate.post("/_local/meter/forget").status_code == 204

    lost = report(gate, old, new)
    again = report(gate, new, event(member))

    assert lost.json() == accepted(2)
    [error] = again.json()["meta"]["errors"]
    assert (error["id"], error["code"]) == (new["id"], "duplicate_event")
    shown = gate.get(PLACE, params={"user_id": member.id}, headers=SERVICE).json()["data"]
    assert new["id"] not in [one["id"] for one in shown]


@pytest.mark.parametrize(
    ("fault", "is_counted"),
    [("drop", False), ("status", False), ("lost_response", True)],
)
def test_report_fails_as_it_is_told_to(
    gate: Gateway, member: Member, fault: str, is_counted: bool
) -> None:
    told = {"call": f"POST {PLACE}", "fault": fault, "value": 503}
    assert gate.post("/_local/faults", told).status_code == 201
    one = event(member)

    if fault == "status":
        assert report(gate, one).status_code == 503
    else:
        with pytest.raises(httpx.RemoteProtocolError):
            report(gate, one)

    again = report(gate, one, event(member)).json()["meta"]
    assert again["rejected"] == int(is_counted)


def test_usage_outlives_a_restart(behind: Upstreams, tmp_path) -> None:
    with gateway(behind, tmp_path) as before:
        member = before.member()
        old = event(member)
        report(before, old)

    with gateway(behind, tmp_path) as after:
        again = report(after, old)
        shown = after.get(PLACE, params={"user_id": member.id}, headers=SERVICE).json()["data"]

    assert again.json() == accepted(1)
    assert [one["id"] for one in shown] == [old["id"]]
