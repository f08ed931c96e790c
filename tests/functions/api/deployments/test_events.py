"""What happened to a deployment."""

from __future__ import annotations

import pytest

from chalicelib.runtime import wiring
from chalicelib.services.work.work import end_work, fail_work
from tests.functions import things
from tests.functions.checks import Checked


def test_events_are_newest_first_and_can_be_chosen(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.call("PATCH", f"/deployments/{app}", {"name": "renamed"}, user=owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)
    path = f"/deployments/{app}/monitoring/events"

    reply = here.call("GET", path, user=owner)
    chosen = here.call("GET", f"{path}?type=created,updated&limit=1", user=owner)

    assert reply.body["data"]["type"] == "deployment-events"
    names = [event["type"] for event in reply.attributes["events"]]
    assert names == ["deploy_begun", "updated", "created"]
    assert reply.attributes["events"][1]["details"] == {"fields": ["name"]}
    assert [event["type"] for event in chosen.attributes["events"]] == ["updated"]


def test_end_of_work_says_how_long_it_took(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)
    record = wiring.records().get(app)
    assert record is not None
    here.world.skew = 42.5
    end_work(wiring, record, status="running", extra=(wiring.told(record, "running", "hoster"),))
    here.call("POST", f"/deployments/{app}/stop", user=owner)
    stopping = wiring.records().get(app)
    assert stopping is not None
    here.world.skew = 45.0
    fail_work(wiring, stopping, code="host_unreachable", detail="Silence.")

    reply = here.call("GET", f"/deployments/{app}/monitoring/events?limit=3", user=owner)

    failed, begun, running = reply.attributes["events"]
    assert (running["type"], begun["type"], failed["type"]) == ("running", "stop_begun", "failed")
    assert running["duration_seconds"] == pytest.approx(42.5, abs=1)
    assert begun["duration_seconds"] is None
    assert failed["duration_seconds"] == pytest.approx(2.5, abs=1)
    assert (running["actor"], begun["actor"]) == ("hoster", owner)
    assert reply.body["meta"] == {"limit": 3, "type_filter": None}


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=x",
        "limit=00000000199999999",
        "limit=000000001" + "0" * 5000,
        "limit=\u00b2",
        "limit=",
        "limit=1&limit=2",
        "type=",
        "type=A",
        "type=" + ",".join(["a"] * 21),
        "since=1",
    ],
)
def test_query_that_makes_no_sense_is_refused(here: Checked, owner: str, query: str) -> None:
    app = things.deployment(here, owner)

    reply = here.call("GET", f"/deployments/{app}/monitoring/events?{query}", user=owner)

    assert reply.status == 400
    assert reply.body["errors"][0]["source"] == {"parameter": query.partition("=")[0]}
