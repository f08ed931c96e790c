"""An account is kept out by the gateway, its apps are stopped, and its trail says why."""

from __future__ import annotations

from unittest import mock

import pytest

from chalicelib.domain.errors import (
    GatewayInDoubt,
    GatewayUnavailable,
    NotFound,
    Unavailable,
)
from chalicelib.runtime import wiring
from functions.calls.accounts import suspend_account
from tests.functions import things
from tests.functions.calls.asking import OPERATOR, ask, last_told
from tests.functions.checks import Checked

WHY = "Sends spam"


def suspend(account: str, apps: str = "keep", reason: str = WHY) -> dict[str, object]:
    return ask(suspend_account.handler, account=account, reason=reason, apps=apps)


def names(here: Checked, user: str) -> list[str]:
    """What the account's own trail tells, newest first."""
    reply = here.call("GET", "/events?filter[resource_type]=subscriptions", user=user)
    return [one["attributes"]["name"] for one in reply.body["data"]]


def test_account_is_kept_out_and_its_trail_tells_why_once(here: Checked, owner: str) -> None:
    first, again = suspend(owner), suspend(owner, reason="Still sends spam")

    assert (first["changed"], again["changed"]) == (True, False)
    assert here.world.gateway.standings[owner] == "suspended"
    assert names(here, owner) == ["account_suspended"]
    [told] = here.call("GET", "/events", user=owner).body["data"]
    assert told["attributes"]["message"] == f"Account suspended by the platform's owner: {WHY}"
    assert told["attributes"]["actor"] == OPERATOR


def test_apps_go_on_unless_they_are_to_be_stopped(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="running")

    kept = suspend(owner)
    assert (kept["stopping"], here.workflows.started) == (0, [])

    stopped = suspend(owner, apps="stop")
    assert (stopped["stopping"], stopped["left"]) == (1, False)
    assert here.workflows.started == [(app, "stop")]
    assert last_told(app) == ("stop_ordered", OPERATOR, WHY)


def test_app_that_is_being_worked_on_is_left_for_the_next_time(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="running")
    assert here.call("POST", f"/deployments/{app}/restart", user=owner).status == 200

    found = suspend(owner, apps="stop")

    assert (found["stopping"], found["left"]) == (0, True)


def test_apps_of_others_go_on(here: Checked, owner: str, stranger: str) -> None:
    app = things.deployment(here, stranger)
    things.put(app, status="running")

    suspend(owner, apps="stop")

    record = wiring.records().get(app)
    assert record is not None
    assert record.status == "running"


def test_account_that_the_gateway_does_not_know_is_told(here: Checked, owner: str) -> None:
    here.world.gateway.strangers.add(owner)

    with pytest.raises(NotFound):
        suspend(owner)

    assert names(here, owner) == []


@pytest.mark.parametrize(
    ("failure", "kind"), [("refused", GatewayUnavailable), ("dead", GatewayInDoubt)]
)
def test_gateway_that_does_not_say_yes_leaves_the_trail_and_the_apps_alone(
    here: Checked, owner: str, failure: str, kind: type[Exception]
) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="running")
    here.world.gateway.failures.append(failure)

    with pytest.raises(kind):
        suspend(owner, apps="stop")

    assert (names(here, owner), here.workflows.started) == ([], [])
    assert suspend(owner, apps="stop")["changed"] is True


def test_without_a_gateway_nobody_is_kept_out(here: Checked, owner: str) -> None:
    with (
        mock.patch.object(wiring, "account_plans", return_value=None),
        pytest.raises(Unavailable, match="MeteringURL"),
    ):
        suspend(owner)


def test_plan_that_is_bought_is_not_touched(here: Checked, owner: str) -> None:
    bought = things.subscription(owner, "starter", ends_in=10).attributes

    suspend(owner)

    record = wiring.records().get(f"subscription-{owner}")
    assert record is not None
    assert {**record.attributes, "suspended": None} == {**bought, "suspended": None}
