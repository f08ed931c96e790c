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


def ids(cloud: Provider) -> list[int]:
    return [droplet["id"] for droplet in cloud.get("/v2/droplets").json()["droplets"]]


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


def test_list_tells_states_wrong_once(cloud: Provider) -> None:
    number = cloud.active()["id"]
    cloud.fault(LIST, "wrong_state", value="off")

    told = [cloud.get("/v2/droplets").json()["droplets"][0]["status"] for _ in range(2)]

    assert told == ["off", "active"]
    assert cloud.droplet(number)["status"] == "active"


def test_any_droplet_is_told_as_new_for_a_while(cloud: Provider) -> None:
    made = cloud.active()
    cloud.fault("GET /v2/droplets/*", "wrong_state", value="new", times=2)

    told = [cloud.droplet(made["id"]) for _ in range(3)]

    assert [droplet["status"] for droplet in told] == ["new", "new", "active"]
    assert [bool(droplet["networks"]["v4"]) for droplet in told] == [False, False, True]


def test_new_droplet_is_shown_by_nothing_for_a_number_of_questions(cloud: Provider) -> None:
    old = cloud.order()["id"]
    cloud.fault(ORDER, "list_lag", value="3 listings")
    new = cloud.order()["id"]

    told = [ids(cloud), ids(cloud)]
    read = cloud.get(f"/v2/droplets/{new}").status_code

    assert (told, read, ids(cloud)) == ([[old], [old]], 404, [new, old])
    assert cloud.droplet(new)["id"] == new


def test_new_droplet_is_shown_by_nothing_for_some_seconds(cloud: Provider) -> None:
    start = time.monotonic()
    cloud.fault(ORDER, "list_lag", value=0.3, times=2)
    made = [cloud.order()["id"], cloud.order()["id"]]
    assert ids(cloud) == []

    until(lambda: ids(cloud) == made[::-1])

    assert time.monotonic() - start >= 0.3


def test_lag_ends_with_its_fault(cloud: Provider) -> None:
    fault = cloud.fault(ORDER, "list_lag", value=600)
    made = cloud.order()["id"]
    assert ids(cloud) == []

    cloud.call("DELETE", f"/_local/faults/{fault}")

    assert ids(cloud) == [made]


def test_hidden_droplet_is_known_to_the_leak_check_and_can_be_deleted(cloud: Provider) -> None:
    cloud.fault(ORDER, "list_lag", value=600)
    number = cloud.order()["id"]
    [there] = cloud.get("/_local/droplets").json()["droplets"]
    assert there["id"] == number

    assert cloud.call("DELETE", f"/v2/droplets/{number}").status_code == 204

    until(lambda: cloud.get("/_local/droplets").json()["droplets"] == [])


def test_order_whose_answer_is_lost_may_be_hidden_too(cloud: Provider) -> None:
    cloud.fault(ORDER, "lost_response")
    cloud.fault(ORDER, "list_lag", value="1 listings")

    with pytest.raises(BROKEN):
        cloud.order()

    assert [len(ids(cloud)), len(ids(cloud))] == [0, 1]


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


def test_a_fault_may_be_meant_for_calls_that_hold_a_text_alone(cloud: Provider) -> None:
    cloud.fault(LIST, "status", where="tag_name=mine")

    answers = [cloud.get(f"/v2/droplets?tag_name={tag}").status_code for tag in ("other", "mine")]

    assert answers == [200, 500]


def test_a_fault_of_an_order_is_told_by_its_body(cloud: Provider) -> None:
    cloud.fault(ORDER, "status", where="second")

    made = [cloud.call("POST", "/v2/droplets", order(name=name)) for name in ("first", "second")]

    assert [answer.status_code for answer in made] == [202, 500]
    assert total(cloud) == 1
