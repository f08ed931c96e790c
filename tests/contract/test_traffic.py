"""What reports are taken into, against the local AWS and in memory: the same of both."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from unittest import mock

import pytest
from botocore.client import BaseClient

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.tables import tables
from chalicelib.adapters.records.traffic import DynamoTraffic
from chalicelib.domain.errors import Stale
from chalicelib.domain.traffic import Part, Taken, Traffic, traffic_of
from chalicelib.ports.records import Records, TakeTraffic
from chalicelib.ports.traffic import TrafficHistory
from tests.contract.emulated import local_aws
from tests.fakes.records import FakeRecords
from tests.fakes.traffic import FakeTraffic

NOON = 1_700_049_600
BOOT = "ab" * 16
WRITERS = 8


@dataclass
class Stores:
    """One store of each port."""

    records: Records
    traffic: TrafficHistory


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    with local_aws(tmp_path_factory.mktemp("traffic")):
        tables.cache_clear()
        bound = tables("test", "us-east-1")
        yield Stores(DynamoRecords(bound, lambda: ""), DynamoTraffic(bound))
        tables.cache_clear()


@pytest.fixture(params=["local", "memory"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        store = FakeRecords()
        return Stores(store, FakeTraffic(store))
    found: Stores = request.getfixturevalue("local")
    return found


@pytest.fixture
def app() -> str:
    return secrets.token_hex(16)


def traffic(number: int) -> Traffic:
    return traffic_of([number] * 20)


def taking(app: str, sequence: int, after: int | None, at: int = NOON) -> TakeTraffic:
    taken = Taken("owner", sequence, traffic(sequence))
    return TakeTraffic(app, BOOT, taken, after, Part(at, 300, traffic(1), sequence))


def test_what_was_taken_is_known_by_app_and_series(stores: Stores, app: str) -> None:
    assert stores.traffic.taken(BOOT, (app,)) == {}

    stores.records.commit(taking(app, 1, None))
    stores.records.commit(taking(app, 5, 1))

    known = stores.traffic.taken(BOOT, (app, "nobody"))
    assert known == {app: Taken("owner", 5, traffic(5))}
    assert stores.traffic.taken("cd" * 16, (app,)) == {}
    assert stores.traffic.taken(BOOT, ()) == {}


@pytest.mark.parametrize("after", [None, 2, 0])
def test_another_one_between_leaves_nothing_of_it(
    stores: Stores, app: str, after: int | None
) -> None:
    stores.records.commit(taking(app, 1, None))

    with pytest.raises(Stale):
        stores.records.commit(taking(app, 3, after, NOON + 60))

    assert stores.traffic.taken(BOOT, (app,))[app].sequence == 1
    assert len(stores.traffic.parts(app, since=NOON - 3600, until=NOON + 3600)) == 1


def test_of_many_at_once_one_is_taken(stores: Stores, app: str) -> None:
    def take(sequence: int) -> bool:
        try:
            stores.records.commit(taking(app, sequence, None, NOON + sequence))
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        won = list(pool.map(take, range(1, WRITERS + 1)))

    assert won.count(True) == 1
    [part] = stores.traffic.parts(app, since=NOON - 3600, until=NOON + 3600)
    assert stores.traffic.taken(BOOT, (app,))[app].sequence == part.mark == won.index(True) + 1


def test_parts_of_a_span_come_in_order_with_what_reaches_into_it(stores: Stores, app: str) -> None:
    for number in range(40):
        after = number or None
        stores.records.commit(taking(app, number + 1, after, NOON + 300 * number))

    found = stores.traffic.parts(app, since=NOON + 3450, until=NOON + 7050)

    times = [part.at for part in found]
    assert times == sorted(times)
    # Each took 300 seconds: the first of these began before the span, the last ends after it.
    assert set(range(NOON + 3600, NOON + 7201, 300)) <= set(times)
    assert found[0].traffic == traffic(1)


def test_month_is_one_query_and_everything_ends_by_itself(local: Stores, app: str) -> None:
    for number in range(3):
        at = NOON + 86_400 * 10 * number
        local.records.commit(taking(app, number + 1, number or None, at))

    with mock.patch.object(
        BaseClient, "_make_api_call", autospec=True, side_effect=BaseClient._make_api_call
    ) as asked:
        found = local.traffic.parts(app, since=NOON, until=NOON + 30 * 86_400)

    assert [call.args[1] for call in asked.call_args_list] == ["Query"]
    assert len(found) == 3
    assert isinstance(local.traffic, DynamoTraffic)
    items = {item.sort: item for item in local.traffic.table.query(app)}
    assert items[f"traffic#{NOON}"].expires_at == NOON + 3600 + 31 * 86_400
    left = items[f"taken#{BOOT}"].expires_at - time.time()
    assert 39 * 86_400 < left <= 40 * 86_400
    assert local.records.journal(app, limit=10) == ()
