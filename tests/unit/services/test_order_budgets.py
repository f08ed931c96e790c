"""Our own count of what a certificate authority allows, and who gets how much of it."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.errors import RateLimited
from chalicelib.ports.records import Record
from chalicelib.services.domains import order_budgets
from tests.fakes.dns import FakeDns

NOW = "2026-02-01T12:00:00.000Z"


class Burst:
    """Buckets that nothing flows into."""

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}

    def wait(self, bucket: str, size: Any) -> int:
        return 60 if self.taken.get(bucket, 0) >= size.burst else 0

    def take(self, bucket: str, size: Any) -> None:
        if self.wait(bucket, size):
            raise RateLimited(bucket, retry_after=60)
        self.taken[bucket] = self.taken.get(bucket, 0) + 1


@pytest.fixture
def tools() -> Any:
    rates, known = Burst(), SimpleNamespace(authority_url="https://authority.test")
    return SimpleNamespace(rates=lambda: rates, settings=lambda: known, dns=FakeDns)


def domain(number: int, owner: str, **attributes: Any) -> Record:
    known = {"hostname": f"www.name-{number}.test", **attributes}
    return Record(f"dom_{number}", "domains", owner, "verified", NOW, NOW, attributes=known)


def orders(tools: Any, owner: str, numbers: Any) -> int:
    """Order for one name after another, until no order is left; returns how many there were."""
    for count, number in enumerate(numbers):
        asked = domain(number, owner)
        verdict, wait = order_budgets.verdict(tools, asked)
        if not verdict.ok:
            assert wait == 60
            return count
        order_budgets.count_order(tools, asked)
    return -1


def test_owner_uses_up_no_orders_but_their_own(tools: Any) -> None:
    names = itertools.count()

    assert orders(tools, "user-a", names) == 30
    assert orders(tools, "user-b", names) == 30
    with pytest.raises(RateLimited):
        order_budgets.count_order(tools, domain(9999, "user-a"))
    assert "Your budget of orders" in order_budgets.verdict(tools, domain(9999, "user-a"))[0].detail


def test_first_certificates_leave_a_rest_to_renewals(tools: Any) -> None:
    names = itertools.count()

    total = sum(orders(tools, f"user-{number}", names) for number in range(20))

    assert total == 250
    assert not order_budgets.verdict(tools, domain(9999, "user-z"))[0].ok
    renewed = domain(9999, "user-z", certificate={"fingerprint": "f"})
    assert order_budgets.verdict(tools, renewed)[0].ok
