"""Runs, prices and marked accounts are read as they were written, over both stores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.records.run_items import account_shard
from chalicelib.adapters.records.runs import DynamoRuns
from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.domain.billing.month import DAY, Month
from chalicelib.domain.errors import Stale
from chalicelib.ports.records import Change, Create, Record
from chalicelib.ports.runs import (
    ACCOUNT_SHARDS,
    BeginRun,
    EndRun,
    MarkAccount,
    MarkTold,
    SetPrice,
    ToldUntil,
)
from tests.contract.stores import KINDS, store_of
from tests.fakes.runs import FakeRuns

NOVEMBER = Month.of("2026-11")
NOW = clock.text_at(NOVEMBER.until)


@pytest.fixture(scope="module", params=KINDS)
def store(request: Any, tmp_path_factory: Any) -> Iterator[Any]:
    with store_of(request.param, tmp_path_factory.mktemp("aws"), lambda: NOW) as made:
        yield made


@pytest.fixture
def runs(store: Any) -> Any:
    return FakeRuns(store) if hasattr(store, "outbox") else DynamoRuns(store.tables)


@pytest.fixture
def owner(request: Any) -> str:
    return f"user-{request.node.name}"


def run(owner: str, since: int, until: int | None = None, app: str = "app-1") -> Interval:
    return Interval(owner, app, "my app", "tmpl_a", "An app", "creator", since, until)


def all_of(runs: Any, owner: str) -> list[Interval]:
    return list(runs.reaching(owner, since=0, until=NOVEMBER.until * 2))


def test_run_is_open_until_it_ends(store: Any, runs: Any, owner: str) -> None:
    begun = run(owner, NOVEMBER.since)
    store.commit(BeginRun(begun))
    while_open = all_of(runs, owner)

    over = replace(begun, until=NOVEMBER.since + 60)
    store.commit(EndRun(over))

    assert while_open == [begun]
    assert all_of(runs, owner) == [over]


def test_span_reads_what_reaches_into_it_alone(store: Any, runs: Any, owner: str) -> None:
    since, until = NOVEMBER.since, NOVEMBER.until
    ended = [
        run(owner, since - DAY, since),
        run(owner, since - DAY, since + 1, "app-2"),
        run(owner, since + 5, since + 10),
        run(owner, until - 1, until + DAY, "app-3"),
        run(owner, until, until + DAY, "app-4"),
    ]
    for one in ended:
        store.commit(BeginRun(replace(one, until=None)))
        store.commit(EndRun(one))
    still = [run(owner, since - 40 * DAY, app="app-5"), run(owner, until, app="app-6")]
    store.commit(*(BeginRun(one) for one in still))

    found = runs.reaching(owner, since=since, until=until)

    assert list(found) == [ended[1], ended[2], ended[3], still[0]]
    assert runs.reaching("nobody", since=since, until=until) == ()


def test_deployment_has_one_open_run_at_most(store: Any, runs: Any, owner: str) -> None:
    first, second = run(owner, 100), run(owner, 200)
    store.commit(BeginRun(first))

    for over in (None, run(owner, 50, 60)):
        with pytest.raises(Stale):
            store.commit(BeginRun(second, over=over))

    assert runs.open_run(owner, "app-1") == first
    assert runs.open_run(owner, "app-2") is None
    assert all_of(runs, owner) == [first]


def test_run_that_is_left_open_ends_with_the_next_ones_beginning(
    store: Any, runs: Any, owner: str
) -> None:
    left, next_one = run(owner, 100), run(owner, 200)
    store.commit(BeginRun(left))

    store.commit(BeginRun(next_one, over=replace(left, until=150)))

    assert all_of(runs, owner) == [replace(left, until=150), next_one]


def test_end_of_an_earlier_run_leaves_the_open_one(store: Any, runs: Any, owner: str) -> None:
    earlier, later = run(owner, 100, 150), run(owner, 200)
    store.commit(BeginRun(replace(earlier, until=None)), MarkAccount(owner))
    store.commit(EndRun(earlier))
    store.commit(BeginRun(later))

    store.commit(EndRun(earlier))

    assert all_of(runs, owner) == [earlier, later]


def test_run_and_the_change_that_it_tells_are_written_together(
    store: Any, runs: Any, owner: str
) -> None:
    app = Record(f"app-{owner}", "deployments", owner, "running", NOW, NOW)
    store.commit(Create(app), BeginRun(run(owner, 100)))

    with pytest.raises(Stale):
        store.commit(Change(of=app, if_status=("stopped",)), EndRun(run(owner, 100, 200)))

    assert all_of(runs, owner) == [run(owner, 100)]


def test_prices_are_read_oldest_first(store: Any, runs: Any, owner: str) -> None:
    one, other = f"tmpl_{owner}", f"tmpl_other_{owner}"
    later, first = Price(one, NOVEMBER.since + 5, 700), Price(one, 5, 500)
    for price in (later, first, Price(other, 7, 0)):
        store.commit(SetPrice(price))

    found = runs.prices([one, other, "tmpl_free"])

    assert found == {one: (first, later), other: (Price(other, 7, 0),), "tmpl_free": ()}


def test_later_price_of_the_same_second_holds(store: Any, runs: Any, owner: str) -> None:
    template = f"tmpl_{owner}"
    store.commit(SetPrice(Price(template, 5, 500)))

    store.commit(SetPrice(Price(template, 5, 700)))

    assert runs.prices({template}) == {template: (Price(template, 5, 700),)}


def test_accounts_are_marked_once_and_read_a_page_at_a_time(
    store: Any, runs: Any, owner: str
) -> None:
    marked = [f"{owner}-{number}" for number in range(40)]
    for one in [*marked, marked[0]]:
        store.commit(MarkAccount(one))

    found: list[str] = []
    for shard in range(ACCOUNT_SHARDS):
        after = ""
        while page := runs.accounts(shard, after=after, limit=3):
            assert len(page) <= 3
            assert {account_shard(one) for one in page} == {shard}
            found += page
            after = page[-1]

    assert sorted(one for one in found if one.startswith(owner)) == sorted(marked)
    assert len(found) == len(set(found))
    assert runs.is_known(marked[0])
    assert not runs.is_known("nobody")


def test_what_was_used_is_told_by_one_at_a_time(store: Any, runs: Any, owner: str) -> None:
    nothing, part, whole = ToldUntil(), ToldUntil(0, 100, "app-5"), ToldUntil(100)
    store.commit(MarkAccount(owner))
    assert runs.told_until(owner) == runs.told_until("nobody") == nothing

    for before, after in ((nothing, part), (part, whole), (whole, ToldUntil(100, 200, "app-1"))):
        store.commit(MarkTold(owner, before, after))
        assert runs.told_until(owner) == after
        with pytest.raises(Stale):
            store.commit(MarkTold(owner, before, ToldUntil(999)))

    store.commit(MarkAccount(owner))
    assert runs.told_until(owner) == ToldUntil(100, 200, "app-1"), "marked once"
