"""Invoices of an account: drafts that are kept current, and months that are closed.

A month is closed two hours after its end, so that evidence of its last minutes counts. The draft
becomes what it is to be, with its final items and its entries in the ledger, in one transaction on
condition that it is a draft still: closed twice, by two at once or by one that was killed, it is
closed once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.billing.invoice import Fate, fate_of, invoice_id, total_cents
from chalicelib.domain.billing.month import Month
from chalicelib.domain.errors import Stale, Taken
from chalicelib.ports.records import Change, Count, Create, Record, Write
from chalicelib.services.billing import ledger
from chalicelib.services.billing.billed import kept_evidence, kept_items, with_items
from chalicelib.services.billing.bills import Bill, Books, bill_of, first_open, open_books
from chalicelib.services.billing.overdue import becomes_due
from chalicelib.services.counters import total_key
from chalicelib.services.tools import Tools

GRACE_SECONDS = 2 * 3600
"""How long after its end a month stays open for late evidence."""
TRIES = 3
SYSTEM = "hoster"


def tend(tools: Tools, owner: str, *, since: Month | None = None) -> Counter[str]:
    """Close what is over of an account's months, the oldest first, then refresh its draft.

    It looks at the last months, and from an earlier one on that is open.
    Raises `Stale` when somebody else does so at this moment.
    """
    first = first_open(tools, owner)
    books = open_books(tools, owner, since=min(first, since or first))
    outcomes = Counter[str]()
    for month in books.over:
        if not books.is_closed(month) and books.now >= month.until + GRACE_SECONDS:
            outcomes.update(_close(tools, books, month))
    _pass_on(tools, books)
    outcomes[_refresh(tools, books)] += 1
    return outcomes


def close_all(tools: Tools, owner: str) -> None:
    """Close every month, the present one too: of an account in which nothing runs any more.

    What runs later after all is a correction on the next bill. Raises `Stale` when somebody else
    tends the account at this moment.
    """
    books = open_books(tools, owner, since=first_open(tools, owner))
    for month in (*books.over, books.current):
        if not books.is_closed(month):
            _close(tools, books, month)
    _pass_on(tools, books)


def _pass_on(tools: Tools, books: Books) -> None:
    """Enter what is left of creators' shares, also what somebody who was killed left."""
    for month, invoice in books.invoices.items():
        if books.is_closed(month):
            for write in ledger.further_shares(tools, invoice, invoice.attributes["items"]):
                with suppress(Taken):
                    tools.records().commit(write)


def preview(tools: Tools, owner: str) -> Record | None:
    """Make or refresh the draft of the present month; None where there is nothing to bill."""
    for _ in range(TRIES):
        books = open_books(tools, owner)
        try:
            _refresh(tools, books)
        except Stale:
            # Another refresh came between; what it left is looked at anew.
            continue
        break
    return tools.records().get(invoice_id(owner, books.current))


def _refresh(tools: Tools, books: Books) -> str:
    """Bring the draft of the present month up to date, if anything changed."""
    month = books.current
    draft, bill = books.invoices.get(month), bill_of(books, month)
    said = {**_said(tools, bill), "due_at": clock.text_at(month.until + GRACE_SECONDS)}
    if draft is None:
        if not bill.items:
            return "nothing"
        tools.records().commit(*_made(tools, _new(tools, books, month, said)))
        return "drafted"
    if draft.status != "draft" or said.items() <= draft.attributes.items():
        return "unchanged"
    tools.records().commit(_changed(draft, said))
    return "refreshed"


def _close(tools: Tools, books: Books, month: Month) -> tuple[Fate, ...]:
    """Close a month in one transaction; what had no draft and comes to nothing has no fate."""
    draft, bill = books.invoices.get(month), bill_of(books, month)
    fate = fate_of(bill.items, tools.settings().minimum_charge_cents)
    if draft is None and fate == "removed":
        return ()
    said = {**_said(tools, bill), **_ended(tools, books, month, fate, bill)}
    invoice = draft or _new(tools, books, month, said)
    closed = replace(invoice, status=fate, attributes=invoice.attributes | said)
    try:
        tools.records().commit(*_closing(tools, draft, closed, month, bill))
    except Taken as error:
        raise Stale(f"{invoice.id} was closed meanwhile.") from error
    books.invoices[month] = with_items(tools, closed)
    return (fate,)


def _closing(
    tools: Tools, draft: Record | None, closed: Record, month: Month, bill: Bill
) -> Iterator[Write]:
    """The writes that close a month."""
    total = total_key(closed.type, closed.owner)
    if draft is None:
        yield from _made(tools, closed)
    elif closed.status == "removed":
        yield replace(_changed(draft, closed.attributes), status="removed", bury=True)
        yield Count(total, -1)
    else:
        yield replace(_changed(draft, closed.attributes), status=closed.status)
    points = closed.attributes["fee_basis_points"]
    yield from ledger.closed(closed, month, bill.items, points)[:1]
    what = {"month": str(month), "cents": closed.attributes["total_cents"]}
    yield tools.told(closed, "invoice_closed", SYSTEM, status=closed.status, **what)


def _changed(draft: Record, said: dict[str, Any]) -> Change:
    return Change(of=draft, attributes=said, if_status=("draft",), if_version=draft.version)


def _made(tools: Tools, invoice: Record) -> Iterator[Write]:
    yield Create(invoice)
    yield Count(total_key(invoice.type, invoice.owner), 1)
    yield from () if invoice.status != "draft" else (_begun(tools, invoice),)


def _begun(tools: Tools, draft: Record) -> Write:
    """Say that a month's bill is begun: people speak of an invoice once it is closed."""
    return tools.told(draft, "bill_begun", SYSTEM, month=draft.attributes["month"])


def _new(tools: Tools, books: Books, month: Month, said: dict[str, Any]) -> Record:
    """A draft for a month that has no invoice."""
    now = tools.now()
    about = {
        "kind": "month",
        "month": str(month),
        "period_start": clock.text_at(month.since),
        "period_end": clock.text_at(month.until),
        "currency": tools.settings().currency,
    }
    return Record(
        id=invoice_id(books.owner, month),
        type="invoices",
        owner=books.owner,
        status="draft",
        created_at=now,
        updated_at=now,
        attributes={**about, **said},
    )


def _said(tools: Tools, bill: Bill) -> dict[str, Any]:
    """What a bill says, as attributes of its invoice."""
    cents = total_cents(bill.items)
    return {
        **kept_items(tools, bill.items),
        "subtotal_cents": cents,
        "tax_cents": 0,
        "total_cents": cents,
    }


def _ended(tools: Tools, books: Books, month: Month, fate: Fate, bill: Bill) -> dict[str, Any]:
    """What an invoice has when its month is closed: what it was made of, and where it led."""
    carried_to = invoice_id(books.owner, month.next) if fate == "carried" else None
    due = becomes_due(tools, tools.now()) if fate == "pending" else {"due_at": None}
    return {
        **due,
        "closed_at": tools.now(),
        "carried_to": carried_to,
        "fee_basis_points": tools.settings().platform_fee_basis_points,
        **kept_evidence(tools, bill.evidence),
    }
