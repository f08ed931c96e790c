"""Plans are shown with what they cost and allow, and with what buying them means for who asks."""

from __future__ import annotations

import pytest

from tests.functions import things
from tests.functions.buying import Buyer
from tests.functions.checks import Checked

DAY = 86_400


@pytest.fixture
def buyer(here: Checked, owner: str) -> Buyer:
    return Buyer(here, owner)


def test_everybody_may_buy_what_is_larger_than_free(buyer: Buyer) -> None:
    found = {one["id"]: one["attributes"] for one in buyer.plans()["data"]}

    assert list(found) == ["free", "starter", "pro"]
    assert [one["price_cents"] for one in found.values()] == [0, 900, 2900]
    assert {one["currency"] for one in found.values()} == {"USD"}
    assert [one["is_current"] for one in found.values()] == [True, False, False]
    assert found["free"]["refusal"]["code"] == "plan_free"
    assert found["pro"]["offer"]["kind"] == "buy"
    assert {"limit": "deployments", "bound": 20, "unit": "apps"} in found["pro"]["limits"]


@pytest.mark.parametrize(
    ("ends_in", "state", "kinds"),
    [
        (20 * DAY, "active", {"free": None, "starter": None, "pro": "upgrade"}),
        (2 * DAY, "active", {"free": None, "starter": "renew", "pro": "upgrade"}),
        (-2 * DAY, "grace", {"free": None, "starter": "renew", "pro": "upgrade"}),
        (-8 * DAY, "lapsed", {"free": None, "starter": "buy", "pro": "buy"}),
    ],
)
def test_offers_follow_what_was_bought(
    buyer: Buyer, ends_in: int, state: str, kinds: dict[str, str | None]
) -> None:
    things.subscription(buyer.user, "starter", ends_in=ends_in)

    body = buyer.plans()

    assert body["meta"]["subscription"]["state"] == state
    offers = {one["id"]: one["attributes"]["offer"] for one in body["data"]}
    assert {plan: offer and offer["kind"] for plan, offer in offers.items()} == kinds
