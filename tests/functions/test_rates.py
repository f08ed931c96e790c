"""How often one caller may do what costs much: told truly, kept apart, and never in the way."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Any
from unittest import mock

import boto3
import pytest
from botocore.exceptions import ClientError
from pynamodb.connection.base import Connection
from pynamodb.exceptions import UpdateError

from chalicelib.adapters.records.rates import DynamoRates
from chalicelib.domain.errors import RateLimited
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate
from tests.functions import things
from tests.functions.cases import CASES
from tests.functions.checks import Checked
from tests.functions.good import EVERY, good_call

RATED = {name: o for name, o in EVERY.items() if o.rate is not None and name in CASES}
each_rated = pytest.mark.parametrize("name", sorted(RATED))


def use_up(owner: str, name: str, *, free_in: float) -> None:
    """Leave a bucket empty; one more passes after so many seconds."""
    rate = RATED[name].rate
    assert rate is not None
    ahead = (rate.burst - 1) * 60 / rate.per_minute + free_in
    due = int((time.time() + ahead) * 1000)
    item = {"key": {"S": f"{owner}#{name}"}, "arrival": {"N": str(due)}, "expires_at": {"N": "0"}}
    boto3.client("dynamodb").put_item(TableName="test-rates", Item=item)


def buckets(owner: str) -> list[dict[str, Any]]:
    items = boto3.client("dynamodb").scan(TableName="test-rates")["Items"]
    return [item for item in items if item["key"]["S"].startswith(f"{owner}#")]


def test_what_costs_much_is_bounded() -> None:
    costly = {name for name, o in EVERY.items() if "clouds" in o.layers and o.access != "anyone"}
    costly |= {
        "POST /v1/cloud_provisions",
        "POST /v1/cloud_provisions/{id}/retry",
        "POST /v1/deployments",
        "POST /v1/deployments/{id}/start",
        "POST /v1/deployments/{id}/exec",
        "POST /v1/deployments/{id}/monitoring/logs/download",
        "GET /v1/deployments/{id}/monitoring/health",
        "GET /v1/deployments/{id}/monitoring/stats",
        "GET /v1/deployments/{id}/monitoring/logs",
    }

    assert costly <= {name for name, o in EVERY.items() if o.rate is not None}


@each_rated
def test_caller_who_asks_too_often_is_told_when_to_come_back(
    here: Checked, owner: str, stranger: str, name: str
) -> None:
    good = good_call(here, name, owner)
    use_up(owner, name, free_in=29.5)

    reply = good.call()
    other = good_call(here, name, stranger).call()

    assert (reply.status, reply.codes) == (429, ["rate_limited"])
    assert reply.headers["Retry-After"] in {"29", "30"}
    assert other.status == CASES[name].status
    use_up(owner, name, free_in=-0.1)
    assert good.call().status == CASES[name].status


def test_what_is_refused_before_it_begins_counts_for_nothing(here: Checked, owner: str) -> None:
    attributes = things.provision_attributes(things.credential(here, owner))

    refused = here.call("POST", "/cloud_provisions", {**attributes, "colour": 1}, user=owner)

    assert refused.status == 422
    assert buckets(owner) == []
    assert here.call("POST", "/cloud_provisions", attributes, user=owner).status == 201
    assert [item["key"]["S"] for item in buckets(owner)] == [f"{owner}#POST /v1/cloud_provisions"]


def test_repeat_of_an_answered_request_counts_for_nothing(here: Checked, owner: str) -> None:
    name = "POST /v1/cloud_credentials/{id}/check"
    good, sent = good_call(here, name, owner), {"Idempotency-Key": "once"}
    assert good.call(headers=sent).status == 200
    use_up(owner, name, free_in=30)

    assert good.call(headers=sent).status == 200
    assert good.call().status == 429


def test_bucket_is_forgotten_when_it_is_full_again(here: Checked, owner: str) -> None:
    good_call(here, "POST /v1/cloud_credentials/{id}/check", owner).call()

    [item] = buckets(owner)
    assert 0 < int(item["expires_at"]["N"]) - time.time() < 120


def test_store_that_is_away_lets_pass(here: Checked, owner: str) -> None:
    allowance = Rate(burst=1, per_minute=1)
    with mock.patch.object(Connection, "update_item", side_effect=UpdateError("away")):
        wiring.rates().take(f"{owner}#POST /v1/x", allowance)
        wiring.rates().take(f"{owner}#POST /v1/x", allowance)


def test_store_that_is_asked_too_often_lets_nobody_pass(here: Checked, owner: str) -> None:
    said: Any = {"Error": {"Code": "ThrottlingException", "Message": "slow down"}}
    refusal = UpdateError("slow down", ClientError(said, "UpdateItem"))

    throttled = mock.patch.object(Connection, "update_item", side_effect=refusal)
    with throttled, pytest.raises(RateLimited) as refused:
        wiring.rates().take(f"{owner}#POST /v1/x", Rate(burst=1, per_minute=1))

    assert refused.value.retry_after == 1


@dataclass
class Clock:
    """A clock that a test moves, in milliseconds."""

    at: int = 1_800_000_000_000

    def __call__(self) -> int:
        return self.at


@pytest.mark.parametrize("seed", range(5))
def test_bucket_holds_its_burst_and_fills_evenly(here: Checked, owner: str, seed: int) -> None:
    """Against a bucket of tokens that is counted in the plain way, over a random story."""
    chance, clock = random.Random(seed), Clock()
    rate = Rate(burst=chance.randint(1, 5), per_minute=chance.choice([6, 20, 60]))
    rates = DynamoRates(wiring.tables_of_installation(), clock)
    every = 60_000 // rate.per_minute
    tokens, seen = float(rate.burst), clock.at
    for _ in range(40):
        clock.at += chance.choice([0, 0, 1, every // 3, every, 2 * every])
        tokens = min(float(rate.burst), tokens + (clock.at - seen) / every)
        seen = clock.at
        passes = tokens >= 1 - 1e-9
        if passes:
            rates.take(f"{owner}#x", rate)
            tokens -= 1
        else:
            with pytest.raises(RateLimited) as refused:
                rates.take(f"{owner}#x", rate)
            wait = (1 - tokens) * every
            assert wait - 1 < refused.value.retry_after * 1000 < wait + 1001
