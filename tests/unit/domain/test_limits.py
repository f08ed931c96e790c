"""What each plan allows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Forbidden
from chalicelib.domain.limits import PLANS, PlanLimits, limits_of, plan_that_allows

SENT = {"max_deployments": 3, "max_cpu_cores": 1.5, "max_memory_mb": 100, "max_disk_mb": 200}


def sent(**changes: Any) -> str:
    return json.dumps(SENT | changes)


def refused(plan: str, header: str | None) -> None:
    with pytest.raises(Forbidden) as caught:
        limits_of(plan, header)
    assert caught.value.error_code == "plan_unknown"
    assert caught.value.status == 403


@pytest.mark.parametrize(
    ("plan", "limits"),
    [
        ("free", PlanLimits(1, 1, 1024, 5120, 1, 5, plan="free")),
        ("starter", PlanLimits(5, 4, 4096, 20_480, 5, 5, plan="starter")),
        ("pro", PlanLimits(20, 16, 16_384, 102_400, 20, 20, plan="pro")),
    ],
)
@pytest.mark.parametrize("header", [None, ""])
def test_without_header_the_table_decides(
    plan: str, limits: PlanLimits, header: str | None
) -> None:
    assert limits_of(plan, header) == limits


@pytest.mark.parametrize("plan", ["", "gold", "Free", "free "])
def test_unknown_plan_without_header_is_refused(plan: str) -> None:
    refused(plan, None)


def test_header_is_used_as_sent_with_the_tables_nodes_and_domains() -> None:
    assert limits_of("pro", sent()) == PlanLimits(3, 1.5, 100, 200, 20, 20, plan="pro")


def test_header_of_an_unknown_plan_is_used_without_nodes_and_domains() -> None:
    assert limits_of("gold", sent()) == PlanLimits(3, 1.5, 100, 200, 0, 0, plan="gold")


def test_zero_is_none_and_minus_one_is_unbounded() -> None:
    limits = limits_of("free", sent(max_deployments=0, max_cpu_cores=-1, max_memory_mb=-1))

    assert limits.bound("max_deployments") == 0
    assert limits.bound("max_cpu_cores") is None
    assert limits.bound("max_memory_mb") is None
    assert limits.bound("max_disk_mb") == 200


def test_further_members_are_not_minded() -> None:
    assert limits_of("free", sent(colour="red")).max_deployments == 3


@pytest.mark.parametrize(
    ("capabilities", "allowed"),
    [(None, ()), ([], ()), (["gpu"], ("gpu",)), (["gpu", "ssd", "gpu"], ("gpu", "ssd"))],
)
def test_capabilities_are_used_as_sent_and_none_allow_all(
    capabilities: Any, allowed: tuple[str, ...]
) -> None:
    assert (
        limits_of("free", sent(allowed_capabilities=capabilities)).allowed_capabilities == allowed
    )
    assert limits_of("free", sent()).allowed_capabilities == ()


@pytest.mark.parametrize(
    "header",
    [
        "{",
        "null",
        "[]",
        "5",
        "{}",
        "[" * 100_000,
        '{"max_deployments": 1}',
        sent(max_deployments=None),
        sent(max_deployments=True),
        sent(max_deployments="5"),
        sent(max_deployments="many"),
        sent(max_deployments=[1]),
        sent(max_deployments=-2),
        sent(allowed_capabilities="gpu"),
        sent(allowed_capabilities={"gpu": True}),
        sent(allowed_capabilities=["gpu", 1]),
        sent(allowed_capabilities=[""]),
        sent(allowed_capabilities=["x"] * 101),
        f"{sent()},{sent()}",
        sent(max_memory_mb=-0.5),
        sent(max_cpu_cores=float("nan")),
        sent(max_cpu_cores=float("inf")),
        sent(max_memory_mb=float("inf")),
        sent().replace("100", "1e999"),
        sent().replace("100", "9" * 5000),
        sent().replace("100", "9" * 400),
    ],
)
def test_header_that_cannot_be_read_allows_nothing(header: str) -> None:
    refused("pro", header)


@given(st.text() | st.recursive(st.floats() | st.none(), st.lists).map(json.dumps))
def test_any_header_is_read_or_refused(header: str) -> None:
    if not header:
        return

    refused("free", header)


@pytest.mark.parametrize(
    ("limit", "wanted", "plan"),
    [
        ("max_deployments", 1, "free"),
        ("max_deployments", 2, "starter"),
        ("max_memory_mb", 4097, "pro"),
        ("max_cpu_cores", 0.5, "free"),
        ("max_deployments", 21, None),
    ],
)
def test_smallest_plan_that_allows_enough_is_named(
    limit: str, wanted: float, plan: str | None
) -> None:
    assert plan_that_allows({limit: wanted}) == plan


def test_plan_that_is_named_allows_all_that_is_wanted_and_is_larger_than_ones_own() -> None:
    wanted = {"max_deployments": 2, "max_memory_mb": 5000}

    assert plan_that_allows(wanted) == "pro"
    assert plan_that_allows({"max_deployments": 1}, above="starter") == "pro"
    assert plan_that_allows({"max_deployments": 1}, above="pro") is None
    assert plan_that_allows({"max_deployments": 1}, above="gold") == "free"
    assert plan_that_allows({"max_cpu_cores": 0.1 + 0.2 + 0.7}) == "free"


def test_plan_without_bound_allows_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLANS, "endless", PlanLimits(-1, -1, -1, -1))

    assert plan_that_allows({"max_deployments": 10**9}) == "endless"
