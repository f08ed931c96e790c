"""What else an account has as files of an export: records, invoices, events, the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from chalicelib.domain.tarballs import Member
from chalicelib.engine import documents
from chalicelib.ports.ledger import creator, customer
from chalicelib.ports.records import Record
from chalicelib.resources.invoices import INVOICES
from chalicelib.resources.registry import RESOURCES
from chalicelib.services.billing.billed import with_items
from chalicelib.services.billing.invoice_files import sheet_for
from chalicelib.services.catalogue.texts import with_texts
from chalicelib.services.tools import Tools
from chalicelib.services.work import trails


def records_file(tools: Tools, records: Iterable[Record], *, number: int) -> Member:
    """A page of records of one type as their owner sees them; secrets are none of it."""
    shown, kind = [], ""
    for record in records:
        resource, kind = RESOURCES[record.type], record.type
        known = with_texts(tools, record) if resource.in_contents else record
        shown.append(documents.show(resource, known, reader=record.owner, listed=False))
    return _lines(f"records/{kind}-{number:04}.jsonl", shown)


def invoice_files(tools: Tools, invoice: Record) -> tuple[Member, ...]:
    """An invoice as it is now, to be printed and to be read by programs."""
    whole = with_items(tools, invoice)
    shown = documents.show(INVOICES, whole, reader=invoice.owner, listed=False)
    name = f"invoices/{invoice.attributes.get('month') or 'plan'}-{invoice.id}"
    return (
        Member(f"{name}.pdf", tools.papers().pdf(sheet_for(tools, invoice))),
        Member(f"{name}.json", (json.dumps(shown, ensure_ascii=False, indent=2) + "\n").encode()),
    )


def events_page(
    tools: Tools, account: str, *, limit: int, after: str | None, number: int
) -> tuple[tuple[Member, ...], str | None]:
    """A page of what happened, and where the next one begins."""
    page = tools.records().trail(account, limit=limit, after=after)
    if not page.entries:
        return (), None
    told = [trails.event(entry) for entry in page.entries]
    return (_lines(f"events/{number:04}.jsonl", told),), page.after


def ledger_file(tools: Tools, account: str) -> Member:
    """Every entry of what the account owed, paid and earned."""
    entries = [
        asdict(entry)
        for of in (customer(account), creator(account))
        for entry in tools.ledger().of_account(of)
    ]
    return _lines("ledger/entries.jsonl", entries)


def _lines(path: str, objects: Iterable[Mapping[str, Any]]) -> Member:
    text = "".join(json.dumps(one, ensure_ascii=False, default=dict) + "\n" for one in objects)
    return Member(path, text.encode())
