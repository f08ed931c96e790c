"""The ledger, on the local AWS and in the twin in memory."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.adapters.records.ledger import DynamoLedger
from chalicelib.domain import clock
from chalicelib.domain.errors import Stale, Taken
from chalicelib.ports.ledger import PLATFORM, Enter, Entry, creator, customer
from chalicelib.ports.records import Change, Create, Record
from tests.contract.stores import KINDS, store_of
from tests.fakes.ledger import FakeLedger

OCTOBER, NOVEMBER, DECEMBER = (f"2026-{month}-01T00:00:00.000Z" for month in (10, 11, 12))


def now() -> str:
    return clock.text_of(datetime.now(UTC))


@dataclass(frozen=True)
class Books:
    records: Any
    ledger: Any


@pytest.fixture(scope="module", params=KINDS)
def books(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with store_of(request.param, tmp_path_factory.mktemp("ledger"), now) as store:
        memory = request.param == "memory"
        yield Books(store, FakeLedger(store) if memory else DynamoLedger(store.tables))


def fresh(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(8)}"


def a_closing(user: str, maker: str, *, about: str = "", at: str = NOVEMBER) -> Enter:
    about = about or fresh("inv")
    made_of = {"templates": {"tmpl_a": {"name": "Äpp", "cents": 500}}, "fee": 75}
    entries = (
        Entry(customer(user), PLATFORM, 500),
        Entry(creator(maker), customer(user), -425, made_of),
        Entry(PLATFORM, customer(user), -75),
    )
    return Enter(f"close-{about}", "invoice_closed", about, at, entries)


def an_invoice() -> Record:
    return Record(
        id=fresh("inv"),
        type="invoices",
        owner="owner",
        status="draft",
        created_at=OCTOBER,
        updated_at=OCTOBER,
    )


def test_transaction_is_read_back_by_account_and_by_what_it_is_about(books: Books) -> None:
    user, maker = fresh("user"), fresh("maker")
    write = a_closing(user, maker)

    books.records.commit(write)

    [owed] = books.ledger.of_account(customer(user))
    [earned] = books.ledger.of_account(creator(maker))
    assert (owed.cents, owed.kind, owed.other, owed.at) == (
        500,
        "invoice_closed",
        PLATFORM,
        NOVEMBER,
    )
    assert (earned.cents, earned.about, earned.transaction) == (
        -425,
        write.about,
        write.transaction,
    )
    assert earned.data == {"templates": {"tmpl_a": {"name": "Äpp", "cents": 500}}, "fee": 75}
    told = books.ledger.about(write.about)
    assert {(one.account, one.cents) for one in told} == {
        (customer(user), 500),
        (creator(maker), -425),
        (PLATFORM, -75),
    }
    assert earned in told
    assert isinstance(told[0].cents, int)


def test_transaction_is_entered_once(books: Books) -> None:
    user, maker = fresh("user"), fresh("maker")
    write = a_closing(user, maker)
    books.records.commit(write)
    again = Enter(write.transaction, "invoice_closed", write.about, DECEMBER, write.entries)

    for repeated in (write, again):
        with pytest.raises(Taken):
            books.records.commit(repeated)

    assert [one.cents for one in books.ledger.of_account(customer(user))] == [500]
    assert [one.at for one in books.ledger.about(write.about)] == [NOVEMBER] * 3


def test_transaction_and_the_change_that_it_tells_are_one(books: Books) -> None:
    user, maker, invoice = fresh("user"), fresh("maker"), an_invoice()
    books.records.commit(Create(invoice))
    write = a_closing(user, maker, about=invoice.id)
    close = Change(of=invoice, status="pending", if_status=("draft",))

    books.records.commit(close, write)
    with pytest.raises(Stale):
        books.records.commit(close, a_closing(user, maker))

    assert books.records.get(invoice.id).status == "pending"
    assert len(books.ledger.of_account(customer(user))) == 1


def test_entries_come_by_time_and_within_bounds(books: Books) -> None:
    user, maker = fresh("user"), fresh("maker")
    for at in (DECEMBER, OCTOBER, NOVEMBER):
        books.records.commit(a_closing(user, maker, at=at))

    def times(**bounds: Any) -> list[str]:
        return [one.at for one in books.ledger.of_account(creator(maker), **bounds)]

    assert times() == [OCTOBER, NOVEMBER, DECEMBER]
    assert times(since=NOVEMBER) == [NOVEMBER, DECEMBER]
    assert times(until=NOVEMBER) == [OCTOBER]
    assert times(since=NOVEMBER, until=DECEMBER) == [NOVEMBER]
    assert times(limit=2) == [OCTOBER, NOVEMBER]
    assert books.ledger.of_account(creator(fresh("nobody"))) == ()
    assert books.ledger.about(fresh("nothing")) == ()


def test_one_reference_about_two_things_in_one_moment_is_two_transactions(books: Books) -> None:
    user, maker = fresh("user"), fresh("maker")
    writes = [replace(a_closing(user, maker), transaction="same") for _ in range(2)]

    for write in writes:
        books.records.commit(write)

    for account in (customer(user), creator(maker)):
        entries = books.ledger.of_account(account)
        assert [one.about for one in entries] == sorted(write.about for write in writes)


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (Entry("customer:a", PLATFORM, 500), Entry(PLATFORM, "customer:a", -499)),
        (Entry(PLATFORM, PLATFORM, 500), Entry(PLATFORM, PLATFORM, -500)),
    ],
)
def test_what_does_not_balance_is_no_transaction(entries: tuple[Entry, ...]) -> None:
    with pytest.raises(ValueError, match="entr"):
        Enter("odd", "credit", "inv_x", NOVEMBER, entries)
