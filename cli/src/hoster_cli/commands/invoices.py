"""Invoices: what each month costs, line by line, and as a file to keep."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import httpx
import typer

from hoster_cli import calls, words
from hoster_cli.errors import Document, Misused, Unreachable
from hoster_cli.options import AsJson
from hoster_cli.session import begin

invoices = typer.Typer(help="Your invoices.", invoke_without_command=True)
Invoice = Annotated[str, typer.Argument(help="An invoice's id, from hoster invoices.")]
SECONDS = 60.0


@invoices.callback()
def list_invoices(context: typer.Context, as_json: AsJson = False) -> None:
    """List your invoices, newest first."""
    if context.invoked_subcommand is not None:
        return
    session = begin(as_json=as_json)
    found = session.api.all(calls.LIST_INVOICES)
    heads = ("id", "for", "status", "total", "due")
    session.show.listing(found, heads, _row, "There is no invoice yet.")


@invoices.command("show")
def show_invoice(invoice: Invoice, as_json: AsJson = False) -> None:
    """Show an invoice with its lines."""
    session = begin(as_json=as_json)
    found = session.api.ask(calls.GET_INVOICE, invoice)
    if as_json:
        session.show.document(found)
        return
    one = found["data"]["attributes"]
    session.show.fields(
        [
            ("Id", found["data"]["id"]),
            ("For", _about(one)),
            ("Status", one["status"]),
            ("Total", words.money(one["total_cents"], one["currency"])),
            ("Due", words.date(one["due_on"])),
            ("Paid", words.date(one["paid_at"])),
        ]
    )
    session.show.line("")
    session.show.table(
        ("what", "ran", "a month", "amount"),
        [_item(item, one["currency"]) for item in one["items"] or ()],
        "Nothing is on it yet.",
    )


@invoices.command("pdf")
def save_invoice(
    invoice: Invoice,
    to: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file of that name.")] = False,
    as_json: AsJson = False,
) -> None:
    """Save an invoice as a PDF."""
    place = to or Path(f"{invoice}.pdf")
    if place.exists() and not force:
        raise Misused(f"{place} is there already.", hint="Choose another one, or say --force.")
    session = begin(as_json=as_json)
    found = session.api.ask(calls.DOWNLOAD_INVOICE, invoice, attributes={"format": "pdf"})
    place.write_bytes(_fetched(found["data"]["attributes"]))
    if as_json:
        session.show.document(found)
    else:
        session.show.done(f"Saved as {place}.")


def _fetched(link: Document) -> bytes:
    """What a link leads to: it needs no account, so that the token is not sent there."""
    try:
        answer = httpx.get(link["url"], timeout=SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        hint = "Ask for it again: links work for some minutes."
        raise Unreachable("The file did not come.", hint=hint) from error
    if len(answer.content) != link["bytes"]:
        raise Unreachable("The file came in part only.", hint="Ask for it again.")
    return answer.content


def _about(one: Document) -> str:
    if one["plan"]:
        return f"plan {one['plan']}"
    return f"{words.moment(one['period_start']):%B %Y}"


def _row(record: Document) -> tuple[str, ...]:
    one = record["attributes"]
    total = words.money(one["total_cents"], one["currency"])
    return (record["id"], _about(one), one["status"], total, words.date(one["due_on"]))


def _item(item: Document, currency: str) -> tuple[str, ...]:
    ran = words.seconds(item["seconds"]) if item["kind"] == "run" else words.NOTHING
    monthly = words.money(item["monthly_cents"]) if item["kind"] == "run" else words.NOTHING
    return (item["description"], ran, monthly, words.money(item["cents"], currency))
