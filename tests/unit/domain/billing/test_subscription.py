"""What is offered of a plan is never more than its price, and what was paid is never lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.billing.order import items_of, made_of, worth_of
from chalicelib.domain.billing.subscription import (
    DAY,
    GRACE,
    LENGTH,
    Period,
    bought,
    is_larger,
    offer_of,
)
from chalicelib.domain.errors import Conflict
from chalicelib.domain.limits import PLANS, PRICES

START = 1_790_000_000
SOLD = [plan for plan, price in PRICES.items() if price]
moments = st.integers(START, START + LENGTH + GRACE + DAY)


def test_every_plan_has_a_price_and_larger_ones_cost_more() -> None:
    assert list(PRICES) == list(PLANS)
    assert sorted(PRICES.values()) == list(PRICES.values())
    routes = json.loads(Path("infra/gateway/routes.json").read_text())
    assert routes["plans"].keys() == PLANS.keys()


def _sold_from(before: Period, plan: str) -> int:
    """From when on what is not larger can be bought."""
    return before.renewable_from if plan == before.plan else before.ends_at


@given(plan=st.sampled_from(SOLD), has=st.sampled_from(SOLD), now=moments)
def test_offer_takes_off_what_is_left_and_no_more(plan: str, has: str, now: int) -> None:
    before = Period(has, START, START + LENGTH, PRICES[has])
    if now < before.ends_at and not is_larger(plan, has) and now < _sold_from(before, plan):
        with pytest.raises(Conflict):
            offer_of(plan, has, before, now)
        return

    offer = offer_of(plan, has, before, now)

    assert 0 <= offer.credit_cents <= PRICES[has]
    assert offer.total_cents > 0
    assert (offer.credit_cents > 0) <= is_larger(plan, has)
    made = made_of(offer, before, now)
    assert sum(worth_of(made).values()) == offer.total_cents
    assert sum(item["cents"] for item in items_of(offer, before, now)) == offer.total_cents


@given(plan=st.sampled_from(SOLD), has=st.sampled_from(SOLD), at=moments)
def test_what_is_bought_lasts_thirty_days_beyond_what_was_paid_of_it(
    plan: str, has: str, at: int
) -> None:
    before = Period(has, START, START + LENGTH, PRICES[has])

    after = bought(before, plan, PRICES[plan], at)

    goes_on = plan == has and at < before.lapses_at
    assert after.ends_at == (before.ends_at if goes_on else at) + LENGTH
    assert after.left_cents(after.starts_at) == after.cents
    assert after.cents == PRICES[plan] + (before.cents if goes_on else 0)


@pytest.mark.parametrize(
    ("after", "left"), [(-1, 900), (0, 900), (1, 899), (LENGTH // 2, 450), (LENGTH, 0)]
)
def test_what_is_left_is_counted_by_the_second(after: int, left: int) -> None:
    period = Period("starter", START, START + LENGTH, 900)

    assert period.left_cents(START + after) == left
