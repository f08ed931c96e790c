"""Buckets against the local AWS: of a hundred callers at one moment, exactly the burst passes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.adapters.records.rates import DynamoRates
from chalicelib.adapters.records.tables import Tables, tables
from chalicelib.domain.errors import RateLimited
from chalicelib.runtime.declaration import Rate
from tests.contract.emulated import local_aws

CALLERS = 100
NOW = 1_800_000_000_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    with local_aws(tmp_path_factory.mktemp("rates")):
        tables.cache_clear()
        yield tables("test", "us-east-1")
        tables.cache_clear()


@pytest.mark.parametrize("burst", [1, 20, 120])
def test_of_a_hundred_at_one_moment_exactly_the_burst_passes(store: Tables, burst: int) -> None:
    rates, rate = DynamoRates(store, lambda: NOW), Rate(burst=burst, per_minute=60)

    def asks(_number: int) -> int:
        try:
            rates.take(f"owner#{burst}", rate)
        except RateLimited as refused:
            return refused.retry_after or -1
        return 0

    with ThreadPoolExecutor(20) as pool:
        waits = list(pool.map(asks, range(CALLERS)))

    assert waits.count(0) == min(burst, CALLERS)
    assert set(waits) <= {0, 1}


def test_wait_is_told_without_taking(store: Tables) -> None:
    clock = [NOW]
    rates, rate = DynamoRates(store, lambda: clock[0]), Rate(burst=2, per_minute=60)
    assert rates.wait("owner#wait", rate) == 0
    rates.take("owner#wait", rate)
    assert [rates.wait("owner#wait", rate) for _ in range(3)] == [0, 0, 0]
    rates.take("owner#wait", rate)

    assert rates.wait("owner#wait", rate) == 1
    with pytest.raises(RateLimited):
        rates.take("owner#wait", rate)
    clock[0] += 1000
    assert rates.wait("owner#wait", rate) == 0
    rates.take("owner#wait", rate)
