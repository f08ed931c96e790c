"""What happened to a deployment."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=x",
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
