"""Last reports and the walk over reservations, over DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.holdings import DynamoHoldings
from chalicelib.adapters.records.reports import MOST_BYTES, DynamoReports
from chalicelib.adapters.records.tables import Tables, tables
from chalicelib.domain.errors import TooLarge
from chalicelib.ports.holdings import Holding
from chalicelib.ports.records import Count, Reserve
from tests.world import now, world


@pytest.fixture(scope="module")
def kept() -> Iterator[Tables]:
    with world():
        yield tables("test", "us-east-1")


def test_last_report_on_a_subject_is_read_back(kept: Tables) -> None:
    reports = DynamoReports(kept)
    assert reports.of("cred_a") is None

    reports.keep("cred_a", {"findings": [{"kind": "orphan", "seconds": 1.5, "region": None}]})
    reports.keep("cred_b", {"findings": []})
    reports.keep("cred_a", {"findings": [{"kind": "extra", "seconds": 0.25, "region": None}]})

    assert reports.of("cred_a") == {
        "findings": [{"kind": "extra", "seconds": 0.25, "region": None}]
    }
    assert reports.of("cred_b") == {"findings": []}


def test_report_beyond_what_one_record_holds_is_refused(kept: Tables) -> None:
    with pytest.raises(TooLarge):
        DynamoReports(kept).keep("cred_c", {"text": "x" * MOST_BYTES})


def test_walk_meets_every_reservation_once_and_no_counter(kept: Tables) -> None:
    records, holdings = DynamoRecords(kept, lambda: now(0)), DynamoHoldings(kept)
    wanted = {Holding(f"port#node#{number}", f"app-{number}") for number in range(25)}
    records.commit(*(Reserve(one.key, one.holder) for one in wanted))
    records.commit(*(Count(f"plan#owner-{number}#max_nodes", 1) for number in range(10)))

    found: list[Holding] = []
    pages, after = 0, ""
    while True:
        page, after = holdings.page(after, limit=4)
        assert len(page) <= 4
        found += page
        pages += 1
        if not after:
            break

    assert sorted(found, key=str) == sorted(wanted, key=str)
    assert pages >= 35 / 4
