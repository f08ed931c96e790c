"""Runs, marked accounts and prices in memory: `chalicelib.ports.runs` over the fake store."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.records.run_items import account_shard, open_key, run_key
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.domain.errors import Stale
from chalicelib.ports.runs import BeginRun, EndRun, MarkAccount, MarkTold, SetPrice, ToldUntil
from tests.fakes.route_writes import Operation

if TYPE_CHECKING:
    from tests.fakes.records import FakeRecords


class FakeRuns:
    def __init__(self, store: FakeRecords) -> None:
        self.store = store

    def reaching(self, owner: str, *, since: int, until: int) -> tuple[Interval, ...]:
        return tuple(
            run
            for _, run in sorted(self.store.runs.items())
            if run.owner == owner and run.since < until and (run.until is None or run.until > since)
        )

    def open_run(self, owner: str, deployment: str) -> Interval | None:
        return self.store.runs.get((owner, open_key(deployment)))

    def prices(self, templates: Collection[str]) -> dict[str, tuple[Price, ...]]:
        known = sorted(self.store.prices.values(), key=lambda one: one.at)
        return {
            template: tuple(one for one in known if one.template == template)
            for template in templates
        }

    def is_known(self, owner: str) -> bool:
        return owner in self.store.accounts

    def told_until(self, owner: str) -> ToldUntil:
        return self.store.told_until.get(owner, ToldUntil())

    def accounts(self, shard: int, *, after: str = "", limit: int) -> tuple[str, ...]:
        found = sorted(one for one in self.store.accounts if account_shard(one) == shard)
        return tuple([one for one in found if one > after][:limit])


def _begin(store: FakeRecords, write: BeginRun) -> tuple[Operation, ...]:
    there = store.runs.get((write.run.owner, run_key(write.run)))
    holds = (there and there.since) == (write.over and write.over.since)
    refusal = f"{write.run.deployment} has another open run."
    begun = replace(_put(store, write.run), holds=holds, refusal=lambda: Stale(refusal))
    return (begun, _put(store, write.over)) if write.over else (begun,)


def _put(store: FakeRecords, run: Interval) -> Operation:
    key = (run.owner, run_key(run))
    return Operation("put", ("run", *key), True, lambda: store.runs.__setitem__(key, run))


def _end(store: FakeRecords, write: EndRun) -> tuple[Operation, ...]:
    key = (write.run.owner, run_key(replace(write.run, until=None)))
    is_open = key in store.runs and store.runs[key].since == write.run.since
    end = Operation("delete", ("run", *key), is_open, lambda: store.runs.__delitem__(key))
    return end, _put(store, write.run)


def _mark(store: FakeRecords, write: MarkAccount) -> Operation:
    return Operation("put", ("account", write.owner), True, lambda: store.accounts.add(write.owner))


def _price(store: FakeRecords, write: SetPrice) -> Operation:
    key = (write.price.template, write.price.at)
    return Operation(
        "put", ("price", *map(str, key)), True, lambda: store.prices.__setitem__(key, write.price)
    )


def _told(store: FakeRecords, write: MarkTold) -> Operation:
    return Operation(
        "update",
        ("account", write.owner),
        store.told_until.get(write.owner, ToldUntil()) == write.before,
        lambda: store.told_until.__setitem__(write.owner, write.after),
        lambda: Stale(f"What {write.owner} used was told meanwhile."),
    )


RUN_MAKERS: dict[type, Callable[..., Any]] = {
    BeginRun: _begin,
    EndRun: _end,
    MarkAccount: _mark,
    MarkTold: _told,
    SetPrice: _price,
}
