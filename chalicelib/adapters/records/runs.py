"""Runs, marked accounts and prices in the table of money: `chalicelib.ports.runs` made real."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, replace
from typing import Any

from pynamodb.exceptions import DoesNotExist

from chalicelib.adapters.records.operations import Operation
from chalicelib.adapters.records.patience import patient
from chalicelib.adapters.records.run_items import (
    account_shard,
    accounts_at,
    interval_of,
    open_key,
    price_of,
    prices_of,
    run_key,
    runs_of,
)
from chalicelib.adapters.records.tables import Tables
from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.domain.errors import Stale
from chalicelib.ports.runs import BeginRun, EndRun, MarkAccount, MarkTold, RunWrite, ToldUntil


def operations_of(tables: Tables, write: RunWrite) -> Iterator[Operation]:
    """Yield the operations that make up one write."""
    if isinstance(write, BeginRun):
        yield from _begin(tables.runs, write)
    elif isinstance(write, EndRun):
        yield from _end(tables.runs, write.run)
    elif isinstance(write, MarkAccount):
        shard = accounts_at(account_shard(write.owner))
        unmarked = tables.accounts.shard.does_not_exist()
        yield Operation("put", tables.accounts(shard, write.owner), condition=unmarked)
    elif isinstance(write, MarkTold):
        yield _told(tables.accounts, write)
    else:
        yield _put_price(tables.prices, write.price)


def _begin(table: Any, write: BeginRun) -> Iterator[Operation]:
    """Put the open run, over the one that is known to be open, and that one with its end."""
    run, over = write.run, write.over
    held = table.since.does_not_exist() if over is None else table.since == over.since
    refusal = f"{run.deployment} has another open run."
    begun = _put_run(table, run)
    yield replace(begun, condition=held, refusal=lambda: Stale(refusal))
    if over is not None:
        yield _put_run(table, over)


def _put_run(table: Any, run: Interval) -> Operation:
    return Operation("put", table(runs_of(run.owner), run_key(run), **asdict(run)))


def _end(table: Any, run: Interval) -> Iterator[Operation]:
    """Move a run from the open ones to the others; another one that is open stays."""
    open_run = replace(run, until=None)
    yield Operation(
        "delete",
        table(runs_of(run.owner), run_key(open_run)),
        condition=table.since == run.since,
    )
    yield _put_run(table, run)


def _told(table: Any, write: MarkTold) -> Operation:
    after = asdict(write.after)
    if write.before == ToldUntil():
        held = table.until.does_not_exist()
    else:
        held = (table.until == write.before.until) & (table.part_after == write.before.part_after)
    return Operation(
        "update",
        table(accounts_at(account_shard(write.owner)), write.owner),
        actions=tuple(getattr(table, name).set(value) for name, value in after.items()),
        condition=held,
        refusal=lambda: Stale(f"What {write.owner} used was told meanwhile."),
    )


def _put_price(table: Any, price: Price) -> Operation:
    return Operation(
        "put", table(prices_of(price.template), clock.text_at(price.at), **asdict(price))
    )


class DynamoRuns:
    """Runs, accounts and prices of one installation."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    @patient
    def reaching(self, owner: str, *, since: int, until: int) -> tuple[Interval, ...]:
        """Read an account's intervals that reach into a span, in one query."""
        table = self.tables.runs
        behind = table.sort > clock.text_at(since)
        found = table.query(runs_of(owner), behind, consistent_read=True)
        runs = (interval_of(item) for item in found)
        return tuple(run for run in runs if run.since < until and run.until != since)

    @patient
    def open_run(self, owner: str, deployment: str) -> Interval | None:
        """Read the open run of a deployment, if it has one."""
        key = open_key(deployment)
        try:
            return interval_of(self.tables.runs.get(runs_of(owner), key, consistent_read=True))
        except DoesNotExist:
            return None

    @patient
    def prices(self, templates: Collection[str]) -> dict[str, tuple[Price, ...]]:
        """Read all prices of templates, a query each."""
        return {template: self._prices(template) for template in templates}

    def _prices(self, template: str) -> tuple[Price, ...]:
        found = self.tables.prices.query(prices_of(template), consistent_read=True)
        return tuple(price_of(item) for item in found)

    @patient
    def is_known(self, owner: str) -> bool:
        """Whether an account is marked."""
        shard = accounts_at(account_shard(owner))
        try:
            self.tables.accounts.get(shard, owner, consistent_read=True)
        except DoesNotExist:
            return False
        return True

    @patient
    def told_until(self, owner: str) -> ToldUntil:
        """How far the meter was told what an account's apps used."""
        shard = accounts_at(account_shard(owner))
        try:
            found = self.tables.accounts.get(shard, owner, consistent_read=True)
        except DoesNotExist:
            return ToldUntil()
        if found.until is None:
            return ToldUntil()
        return ToldUntil(int(found.until), int(found.part_until), found.part_after)

    @patient
    def accounts(self, shard: int, *, after: str = "", limit: int) -> tuple[str, ...]:
        """Read the next marked accounts of one shard."""
        table = self.tables.accounts
        found = table.query(
            accounts_at(shard),
            table.sort > after if after else None,
            consistent_read=True,
            limit=limit,
            page_size=limit,
        )
        return tuple(item.sort for item in found)
