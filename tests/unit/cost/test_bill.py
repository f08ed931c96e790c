"""The bill: what is counted, times what it costs, and the promise of a month at rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.cost import bill
from infra.cost.__main__ import PRICES, all_bills
from infra.cost.measure import MEASURED, summed
from infra.packaging.registry import schedules

Json = dict[str, Any]
PRICE: Json = json.loads(PRICES.read_text())
COUNTED: Json = json.loads(MEASURED.read_text())
STACK: Json = {
    "Resources": {
        "Key": {"Type": "AWS::KMS::Key"},
        "One": {"Type": "AWS::CloudWatch::Alarm"},
        "Two": {"Type": "AWS::CloudWatch::Alarm"},
        "Other": {"Type": "AWS::SQS::Queue"},
    }
}


def test_calls_of_a_function_are_summed() -> None:
    line = {"function": "functions.api.a", "memory": 512, "seconds": 2.0, "calls": {"kms.Sign": 1}}

    assert summed([line, line]) == {
        "functions.api.a": {"gb_seconds": 2.0, "invocations": 2, "kms.Sign": 2}
    }


def test_functions_cost_what_they_ask() -> None:
    asked = {"invocations": 2, "gb_seconds": 0.5, "dynamodb.reads": 3, "sqs.SendMessage": 4}

    found = bill.of_functions({"functions.api.a": asked})

    assert found["lambda_request"] == found["api_request"] == 2
    assert found["table_read"] == 3
    assert found["queue_request"] == 4
    assert found["log_gb"] == pytest.approx(600e-9)
    assert "api_request" not in bill.of_functions({"functions.steps.a": asked})


def test_what_nobody_asked_for_is_not_traced() -> None:
    names = (
        "functions.api.a",
        "functions.steps.a",
        "functions.schedules.a",
        "functions.events.a.b",
    )

    found = bill.of_functions({name: {"invocations": 3, "gb_seconds": 0.1} for name in names})

    assert found["trace"] == 6


def test_what_stands_there_is_counted() -> None:
    assert bill.fixed([STACK, STACK]) == {"key_month": 2, "alarm_month": 4}


def test_what_is_free_is_taken_off_once() -> None:
    prices = {"some": {"usd": 2.0, "free": 10}, "dear": {"usd": 5.0, "free": 0}}

    assert bill.priced({"some": 12.0, "dear": 3.0}, prices, free=False) == {"some": 24, "dear": 15}
    assert bill.priced({"some": 12.0, "dear": 3.0}, prices, free=True) == {"dear": 15, "some": 4}
    assert bill.priced({"some": 9.0}, prices, free=True) == {"some": 0}


@pytest.mark.parametrize(
    ("every", "times"),
    [("rate(1 minute)", 43_800), ("rate(10 minutes)", 4_380), ("rate(1 hour)", 730)],
)
def test_schedule_runs_so_often(every: str, times: float) -> None:
    assert bill.runs(every) == pytest.approx(times)


def test_a_time_of_day_comes_daily() -> None:
    assert bill.runs("cron(30 2 * * ? *)") == pytest.approx(365 / 12, abs=0.1)


def test_every_schedule_was_counted() -> None:
    known = COUNTED["phases"]["schedules"]["functions"]

    assert {function.module for function, _ in schedules()} <= known.keys()


def test_prices_say_when_and_where_they_were_read() -> None:
    assert PRICE["as_of"]
    assert all(one["usd"] > 0 and one["source"] for one in PRICE["prices"].values())


def test_every_quantity_has_a_price_and_more_apps_cost_more() -> None:
    bills = all_bills(COUNTED, [STACK], bill.Use())

    ten, thousand, many = (
        bills[name]["list"] for name in ("10 apps", "1,000 apps", "100,000 apps")
    )
    assert bills["at rest"]["list"] < ten < thousand < many
    assert all(one["for"] for one in bills.values())
