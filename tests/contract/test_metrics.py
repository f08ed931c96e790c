"""The contract of `chalicelib.ports.metrics`, held against the local AWS."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from unittest import mock

import pytest
from botocore.client import BaseClient

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.metrics import DynamoMetrics
from chalicelib.adapters.records.tables import tables
from chalicelib.domain.metrics import Reading, Sample, Slice, Use, slices
from tests.contract.emulated import local_aws

DAY = 86_400
NOON = 1_700_049_600
"""Midday of a day in UTC."""


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DynamoMetrics]:
    with local_aws(tmp_path_factory.mktemp("metrics")):
        tables.cache_clear()
        yield DynamoMetrics(tables("test", "us-east-1"))
        tables.cache_clear()


@pytest.fixture
def app() -> str:
    return secrets.token_hex(16)


def a_sample(at: int, cpu_ms: int = 0) -> Sample:
    reading = Reading("web", 7, 100, 200, 500, 3, cpu_ms, 0, 0, 0, 0)
    return Sample(at, (reading,), disk_kb=12)


def calls() -> mock._patch[mock.MagicMock]:
    """Watch what is asked of DynamoDB."""
    return mock.patch.object(
        BaseClient, "_make_api_call", autospec=True, side_effect=BaseClient._make_api_call
    )


def names(watched: mock.MagicMock) -> list[str]:
    return [call.args[1] for call in watched.call_args_list]


def test_sample_is_one_write_and_says_whether_it_is_the_first(
    metrics: DynamoMetrics, app: str
) -> None:
    with calls() as asked:
        firsts = [metrics.add_sample(app, a_sample(NOON + s)) for s in (3, 61, 299, 301)]

    assert names(asked) == ["UpdateItem"] * 4
    assert firsts == [True, False, False, True]
    kept = metrics.samples(app, since=NOON, until=NOON + 600)
    assert kept == tuple(a_sample(NOON + s) for s in (3, 61, 299, 301))


def test_two_looks_in_one_minute_are_one_sample(metrics: DynamoMetrics, app: str) -> None:
    metrics.add_sample(app, a_sample(NOON + 1, 10))
    metrics.add_sample(app, a_sample(NOON + 1, 10))
    metrics.add_sample(app, a_sample(NOON + 59, 90))
    metrics.add_sample(app, a_sample(NOON + 60, 95))

    kept = metrics.samples(app, since=NOON, until=NOON + 300)

    assert kept == (a_sample(NOON + 59, 90), a_sample(NOON + 60, 95))


def test_day_is_one_query_and_ends_are_exact(metrics: DynamoMetrics, app: str) -> None:
    taken = [a_sample(NOON + 60 * minute, minute) for minute in range(0, 1500, 10)]
    for sample in taken:
        metrics.add_sample(app, sample)

    with calls() as asked:
        day = metrics.samples(app, since=NOON + 600, until=NOON + 600 + DAY)

    assert names(asked) == ["Query"]
    assert [one.at for one in day] == [NOON + 60 * minute for minute in range(10, 1450, 10)]


def test_last_quarter_is_found_after_a_long_silence(metrics: DynamoMetrics, app: str) -> None:
    for minute in range(40):
        metrics.add_sample(app, a_sample(NOON + 60 * minute + 5, minute))
    later = NOON + 5 * 3600

    with calls() as asked:
        found = metrics.samples_before(app, later)

    assert names(asked) == ["Query"]
    assert [one.readings[0].cpu_ms for one in found] == list(range(20, 40))
    assert metrics.samples_before(app, NOON + 4) == ()


def test_samples_before_leave_the_present_five_minutes_out(
    metrics: DynamoMetrics, app: str
) -> None:
    metrics.add_sample(app, a_sample(NOON + 299))
    metrics.add_sample(app, a_sample(NOON + 301))

    assert [one.at for one in metrics.samples_before(app, NOON + 310)] == [NOON + 299]


def test_month_of_slices_is_one_query(metrics: DynamoMetrics, app: str) -> None:
    use = Use(
        900, 450_000, 262_144 * 900, 10**8, 10**9, 10**5, 10**5, 900, 262_144, 20, 500, 262_144
    )
    month = [Slice(NOON + 900 * i, {"": use, "web": use}, 10**6) for i in range(0, 2976, 12)]
    for part in month:
        metrics.add_slice(app, part)
        metrics.add_slice(app, part)
    with calls() as asked:
        kept = metrics.slices(app, since=NOON, until=NOON + 31 * DAY)

    assert names(asked) == ["Query"]
    assert kept == tuple(month)


def test_slice_that_covers_more_counts(metrics: DynamoMetrics, app: str) -> None:
    some, most = ({"": Use(seconds)} for seconds in (400, 880))
    metrics.add_slice(app, Slice(NOON, most))
    metrics.add_slice(app, Slice(NOON, some))

    assert metrics.slices(app, since=NOON, until=NOON + 1) == (Slice(NOON, most),)
    assert metrics.slices(app, since=NOON + 1, until=NOON + 900) == ()


def test_entries_end_by_themselves_and_are_nobodys_events(metrics: DynamoMetrics, app: str) -> None:
    metrics.add_sample(app, a_sample(NOON))
    metrics.add_slice(app, slices([a_sample(NOON), a_sample(NOON + 60)], 900)[0])

    items = {item.sort: item for item in metrics.table.query(app)}

    assert items[f"minutes#{NOON}"].expires_at == NOON + 300 + 25 * 3600
    assert items[f"quarters#{NOON}"].expires_at == NOON + 6 * 3600 + 31 * DAY
    records = DynamoRecords(tables("test", "us-east-1"), lambda: "")
    assert records.journal(app, limit=10) == ()
