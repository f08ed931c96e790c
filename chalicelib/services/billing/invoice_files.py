"""An invoice as a file that its customer fetches: a PDF, or a page to print."""

from __future__ import annotations

import io
from dataclasses import asdict
from html import escape
from typing import Any, Literal

from chalicelib.domain.billing.sheet import Sheet, sheet_of
from chalicelib.ports.records import Record
from chalicelib.services.billing.billed import with_items
from chalicelib.services.tools import Tools

Format = Literal["pdf", "html"]
TYPES: dict[Format, str] = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
.notice { border: 2px solid; padding: .5rem 1rem; font-weight: bold }
dl { display: grid; grid-template-columns: 8rem 1fr } dt { font-weight: bold } dd { margin: 0 }
table { width: 100%; border-collapse: collapse } td, th { padding: .4rem 0; text-align: left }
tr { border-bottom: 1px solid #ccc; break-inside: avoid } small { display: block; color: #555 }
td:last-child { text-align: right; white-space: nowrap } tfoot { font-weight: bold }
@media print { body { margin: 0; max-width: none } @page { margin: 2cm } }
"""


def offer_file(tools: Tools, invoice: Record, wanted: Format) -> dict[str, Any]:
    """Make the file of an invoice as it is, and return a link to it."""
    sheet = sheet_for(tools, invoice)
    made = tools.papers().pdf(sheet) if wanted == "pdf" else page_of(sheet).encode()
    offered = tools.downloads().offer(
        io.BytesIO(made),
        folder=invoice.id,
        name=f"{invoice.id}.{wanted}",
        media_type=TYPES[wanted],
        # A page is there to be seen and printed.
        shown=wanted == "html",
    )
    return {**asdict(offered), "bytes": len(made)}


def sheet_for(tools: Tools, invoice: Record) -> Sheet:
    """Write down an invoice as it is, with its items."""
    said = with_items(tools, invoice).attributes
    return sheet_of(invoice.id, invoice.owner, invoice.status, said)


def page_of(sheet: Sheet) -> str:
    """Write a sheet as a page without scripts."""
    title = escape(sheet.title)
    notice = f'<p class="notice">{escape(sheet.notice)}</p>' if sheet.notice else ""
    facts = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in sheet.facts)
    rows = "".join(
        f"<tr><td>{escape(row.title)}<small>{escape(row.detail)}</small></td>"
        f"<td>{escape(row.amount)}</td></tr>"
        for row in sheet.rows
    )
    sums = "".join(f"<tr><td>{escape(k)}</td><td>{escape(v)}</td></tr>" for k, v in sheet.sums)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><h1>{title}</h1>{notice}<dl>{facts}</dl>"
        f"<table><tbody>{rows}</tbody><tfoot>{sums}</tfoot></table></body></html>"
    )
