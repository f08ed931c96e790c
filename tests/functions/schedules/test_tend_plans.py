"""The gateway is told of every plan until it says yes, and of the end of each one in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from functions.schedules import tend_plans
from tests.functions.buying import Buyer, deliver, waiting
from tests.functions.checks import Checked
from tests.functions.paying import told

DAY = 86_400


class Killed(BaseException):
    """A function that dies."""


@pytest.fixture
def buyer(here: Checked, owner: str) -> Any:
    found = Buyer(here, owner)
    yield found
    for subscription in due():
        record = wiring.records().get(subscription)
        assert record is not None
        wiring.records().change(Change(of=record, attributes={"due_at": None}))
    found.gateway.failures.clear()


def due() -> list[str]:
    """Whatever of all accounts is due ever."""
    return [
        one
        for shard in range(4)
        for one in wiring.records().due("subscriptions", shard, before="9999", limit=1000)
    ]


def pay(buyer: Buyer, plan: str = "starter") -> None:
    assert told(buyer.here, buyer.paid(plan)).status == 200


def later(buyer: Buyer, seconds: float) -> None:
    """Run the schedule, so many seconds on."""
    buyer.after((buyer.here.world.skew + seconds) / DAY)


def test_message_that_is_lost_costs_a_minute(buyer: Buyer) -> None:
    pay(buyer)
    waiting()
    assert buyer.plan == "free"

    later(buyer, 60)

    assert buyer.plan == "starter"


def test_queue_that_does_not_answer_costs_nobody_the_payment(buyer: Buyer) -> None:
    event = buyer.paid("starter")
    queue = mock.Mock(send=mock.Mock(side_effect=Unavailable("away")))
    with mock.patch.object(wiring, "queue", return_value=queue):
        assert told(buyer.here, event).status == 200

    later(buyer, 60)

    assert buyer.plan == "starter"


@pytest.mark.parametrize("failure", ["refused", "lost", "dead"])
def test_gateway_that_fails_is_asked_again_until_it_says_yes(buyer: Buyer, failure: str) -> None:
    buyer.gateway.failures += [failure] * 3
    pay(buyer)
    buyer.tend()
    assert buyer.subscription()["state"] == "changing"

    for _ in range(3):
        later(buyer, 61)

    assert (buyer.plan, buyer.subscription()["state"]) == ("starter", "active")
    assert buyer.trail().count("plan_changed") == 1
    assert buyer.record.attributes["failures"] == 0


def test_pauses_grow_and_stay_below_a_quarter_of_an_hour(buyer: Buyer) -> None:
    buyer.gateway.failures += ["refused"] * 12
    pay(buyer)
    buyer.tend()
    pauses = []
    for _ in range(11):
        pauses.append(pause(buyer))
        later(buyer, pauses[-1] + 1)

    assert pauses[0] <= 2
    assert 400 < pauses[-1] <= 900


def pause(buyer: Buyer) -> float:
    now, until = wiring.now(), buyer.record.attributes["due_at"]
    return clock.seconds_between(now, until)


def test_word_that_may_land_yet_keeps_every_other_one_waiting(buyer: Buyer) -> None:
    """Else an old plan could land behind the one that was paid meanwhile."""
    buyer.gateway.failures.append("dead")
    pay(buyer, "starter")
    buyer.tend()
    pay(buyer, "pro")
    buyer.tend()
    later(buyer, 5)
    assert buyer.plan == "free"

    later(buyer, 60)

    assert buyer.plan == "pro"


def test_what_is_paid_while_the_gateway_answers_is_told_right_after(buyer: Buyer) -> None:
    pay(buyer, "starter")
    buyer.gateway.meanwhile = lambda: pay(buyer, "pro")

    buyer.tend()

    assert buyer.plan == "pro"
    assert buyer.subscription()["state"] == "active"


@pytest.mark.parametrize("when", ["before", "after"])
def test_function_that_dies_while_it_tells_loses_nothing(buyer: Buyer, when: str) -> None:
    pay(buyer)
    real: Callable[[str, str], None] = buyer.gateway.set

    def dies(account: str, plan: str) -> None:
        if when == "after":
            real(account, plan)
        raise Killed

    with mock.patch.object(buyer.gateway, "set", dies), pytest.raises(Killed):
        buyer.tend()
    assert buyer.subscription()["state"] == "changing"
    later(buyer, 5)
    assert buyer.subscription()["state"] == "changing"

    later(buyer, 60)

    assert (buyer.plan, buyer.subscription()["state"]) == ("starter", "active")


def test_message_that_comes_twice_tells_once(buyer: Buyer) -> None:
    pay(buyer)
    [message] = waiting()
    deliver(message)
    deliver(message)

    assert [plan for account, plan in buyer.gateway.told if account == buyer.user] == ["starter"]


def test_end_is_told_twice_and_then_the_account_is_free(buyer: Buyer) -> None:
    buyer.buy("starter")

    seen = {}
    for day in (22, 24, 29, 31, 36, 38):
        buyer.after(day)
        seen[day] = (buyer.trail()[2:], buyer.plan, buyer.subscription()["state"])

    assert seen == {
        22: ([], "starter", "active"),
        24: (["plan_ends_soon"], "starter", "active"),
        29: (["plan_ends_soon"], "starter", "active"),
        31: (["plan_ends_soon", "plan_ended"], "starter", "grace"),
        36: (["plan_ends_soon", "plan_ended"], "starter", "grace"),
        38: (
            ["plan_ends_soon", "plan_ended", "plan_lapsed", "plan_changed"],
            "free",
            "lapsed",
        ),
    }


def test_who_renews_in_the_grace_time_keeps_the_plan(buyer: Buyer) -> None:
    buyer.buy("starter")
    buyer.after(31)
    ends_at = buyer.record.attributes["period"]["ends_at"]

    buyer.buy("starter")
    buyer.after(38)

    assert buyer.record.attributes["period"]["ends_at"] == ends_at + 30 * DAY
    assert (buyer.plan, buyer.subscription()["state"]) == ("starter", "active")
    assert "plan_lapsed" not in buyer.trail()


def test_lapse_that_the_gateway_does_not_hear_of_is_told_later(buyer: Buyer) -> None:
    buyer.buy("starter")
    buyer.after(31)
    buyer.gateway.failures.append("refused")
    buyer.after(38)
    assert buyer.subscription()["state"] == "changing"

    buyer.after(38.01)

    assert (buyer.plan, buyer.subscription()["state"]) == ("free", "lapsed")


def test_installation_without_a_gateway_keeps_what_is_to_be_told(buyer: Buyer) -> None:
    with mock.patch.object(wiring, "account_plans", return_value=None):
        pay(buyer)
        buyer.tend()

    later(buyer, 60)

    assert buyer.plan == "starter"


def test_what_waits_for_long_is_counted_however_often_it_was_tried(buyer: Buyer) -> None:
    buyer.gateway.failures += ["refused"] * 100
    pay(buyer)
    counted = []
    with mock.patch.object(tend_plans, "count") as count:
        for _ in range(25):
            later(buyer, 60)
            counted.append(count.call_args.kwargs["LatePlans"])

    assert set(counted[:5]) == {0}
    assert 1 in counted[11:]
