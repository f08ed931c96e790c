"""What an account used is shown to it, with what the gateway's meter said."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.ports.metering import Rejection
from chalicelib.ports.records import Usage
from chalicelib.runtime import wiring
from tests.functions.checks import Checked

AT = "2026-02-01T00:00:00.000Z"
LATER = "2026-02-01T00:01:00.000Z"


@pytest.fixture
def events(here: Checked, owner: str) -> list[Usage]:
    """One that is counted, one that is refused, one that waits."""
    made = [
        Usage(wiring.new_event_id(), owner, "deployment.started", "depl_1", "deployment", AT)
        for _ in range(3)
    ]
    made.sort(key=lambda one: one.id)
    wiring.records().commit(*made)
    wiring.outbox().deliver(made[:1], at=LATER)
    wiring.outbox().reject(made[1], Rejection("invalid_quantity", "Quantity must be"), at=LATER)
    return made


def told(here: Checked, user: str, query: str = "") -> list[dict[str, Any]]:
    reply = here.call("GET", f"/usage_events?{query}" if query else "/usage_events", user=user)
    assert reply.status == 200, reply.body
    data: list[dict[str, Any]] = reply.body["data"]
    return data


def test_everything_is_shown_newest_first(here: Checked, owner: str, events: list[Usage]) -> None:
    shown = told(here, owner)

    assert [one["id"] for one in shown] == [one.id for one in reversed(events)]
    states = [one["attributes"]["status"] for one in shown]
    assert states == ["undelivered", "rejected", "delivered"]
    assert shown[1]["attributes"] == {
        "event_type": "deployment.started",
        "resource_type": "deployment",
        "resource_id": "depl_1",
        "quantity": 1,
        "at": AT,
        "metadata": {},
        "status": "rejected",
        "judged_at": LATER,
        "code": "invalid_quantity",
        "detail": "Quantity must be",
    }


@pytest.mark.parametrize(("status", "place"), [("rejected", 1), ("undelivered", 2)])
def test_what_is_refused_or_waits_can_be_asked_for(
    here: Checked, owner: str, events: list[Usage], status: str, place: int
) -> None:
    shown = told(here, owner, f"filter[status]={status}")

    assert [one["id"] for one in shown] == [events[place].id]


def test_kind_app_and_time_can_be_asked_for_together(
    here: Checked, owner: str, events: list[Usage]
) -> None:
    since = "since=2026-01-01T00:00:00Z"
    asked = f"filter[event_type]=deployment.started&filter[resource_id]=depl_1&{since}"

    assert len(told(here, owner, asked)) == 3
    for other in ("filter[event_type]=bandwidth.gb", "filter[resource_id]=depl_2"):
        assert told(here, owner, other) == []
    assert told(here, owner, "until=2026-01-01T00:00:00Z") == []


def test_pages_lead_through_all(here: Checked, owner: str, events: list[Usage]) -> None:
    reply = here.call("GET", "/usage_events?page[size]=2", user=owner)
    following = reply.body["links"]["next"].removeprefix("/api/v1")

    rest = here.call("GET", following, user=owner)

    ids = [one["id"] for one in [*reply.body["data"], *rest.body["data"]]]
    assert ids == [one.id for one in reversed(events)]
    assert rest.body["links"]["next"] is None


def test_others_see_nothing_of_it(here: Checked, stranger: str, events: list[Usage]) -> None:
    assert told(here, stranger) == []


@pytest.mark.parametrize(
    "query",
    ["filter[status]=delivered", "filter[status]=x", "page[after]=x", "since=x"],
)
def test_what_cannot_be_asked_is_refused(here: Checked, owner: str, query: str) -> None:
    assert here.call("GET", f"/usage_events?{query}", user=owner).status == 400
