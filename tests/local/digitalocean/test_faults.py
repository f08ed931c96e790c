"""Faults on demand: each fails a call as it is told to, as often as it is told to."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.local.digitalocean.rig import Provider, order
from tests.local.serving import until

LIST = "GET /v2/droplets"
ORDER = "POST /v2/droplets"
BROKEN = (httpx.ReadError, httpx.RemoteProtocolError)
"""The connection ended before a byte of an answer: reset or closed, as the kernel has it."""


def statuses(cloud: Provider, times: int) -> list[int]:
    return [cloud.get("/v2/droplets").status_code for _ in range(times)]


def total(cloud: Provider) -> int:
    return cloud.get("/v2/droplets").json()["meta"]["total"]


@pytest.mark.parametrize(("given", "status"), [({}, 500), ({"value": 429}, 429)])
def test_status_is_answered_once_and_nothing_is_done(
    cloud: Provider, given: dict[str, int], status: int
) -> None:
    cloud.fault(ORDER, "status", **given)

    answers = [cloud.call("POST", "/v2/droplets", order()).status_code for _ in range(2)]

    assert answers == [status, 202]
    assert total(cloud) == 1


def test_times_and_skip_say_which_calls_fail(cloud: Provider) -> None:
    cloud.fault(LIST, "status", times=2, skip=1)

    assert statuses(cloud, 5) == [200, 500, 500, 200, 200]


def test_other_calls_are_left_alone(cloud: Provider) -> None:
    cloud.fault("GET /v2/droplets/*", "status")

    assert statuses(cloud, 1) == [200]
    assert cloud.get("/v2/droplets/1").status_code == 500


def test_late_answer_is_late(cloud: Provider) -> None:
    cloud.fault(LIST, "latency", value=0.2)

    start = time.monotonic()
    assert statuses(cloud, 1) == [200]
    assert time.monotonic() - start >= 0.2


def test_dropped_call_has_no_answer_and_no_effect(cloud: Provider) -> None:
    cloud.fault(ORDER, "drop")

    with pytest.raises(BROKEN):
        cloud.call("POST", "/v2/droplets", order())

    assert total(cloud) == 0


def test_lost_answer_leaves_the_effect(cloud: Provider) -> None:
    cloud.fault(ORDER, "lost_response")

    with pytest.raises(BROKEN):
        cloud.call("POST", "/v2/droplets", order(name="lost"))

    [droplet] = cloud.get("/v2/droplets").json()["droplets"]
    assert droplet["name"] == "lost"


def test_doubled_call_happens_twice(cloud: Provider) -> None:
    cloud.fault(ORDER, "duplicate")

    answer = cloud.call("POST", "/v2/droplets", order())

    droplets = cloud.get("/v2/droplets").json()["droplets"]
    assert answer.status_code == 202
    assert len(droplets) == 2
    assert answer.json()["droplet"]["id"] == droplets[0]["id"]


@pytest.mark.parametrize(("given", "shown"), [({}, "off"), ({"value": "archive"}, "archive")])
def test_state_is_told_wrong_once(cloud: Provider, given: dict[str, str], shown: str) -> None:
    number = cloud.active()["id"]
    cloud.fault(f"GET /v2/droplets/{number}", "wrong_state", **given)

    told = [cloud.droplet(number)["status"] for _ in range(2)]

    assert told == [shown, "active"]


def test_listing_lacks_the_newest_for_a_while(cloud: Provider) -> None:
    old, new = cloud.order()["id"], cloud.order()["id"]
    cloud.fault(LIST, "list_lag", times=2)

    told = [
        [droplet["id"] for droplet in cloud.get("/v2/droplets").json()["droplets"]]
        for _ in range(3)
    ]

    assert told == [[old], [old], [new, old]]
    until(lambda: cloud.droplet(new)["status"] == "active")


def test_faults_are_cleared_all_or_one(cloud: Provider) -> None:
    cloud.fault(LIST, "status", times=9)
    second = cloud.fault("GET /v2/account", "status", times=9)

    assert cloud.call("DELETE", f"/_local/faults/{second}").status_code == 204
    assert cloud.get("/v2/account").status_code == 200
    assert statuses(cloud, 1) == [500]
    assert cloud.call("DELETE", "/_local/faults").status_code == 204
    assert statuses(cloud, 1) == [200]


def test_unknown_fault_is_refused(cloud: Provider) -> None:
    answer = cloud.call("POST", "/_local/faults", {"call": LIST, "fault": "fire"})

    assert answer.status_code == 422
    assert "latency" in answer.text
    assert statuses(cloud, 1) == [200]
