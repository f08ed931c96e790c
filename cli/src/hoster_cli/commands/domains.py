"""Domains of an app: add one, see which records it needs, check and remove it."""

from __future__ import annotations

from typing import Annotated

import typer

from hoster_cli import calls, names, words
from hoster_cli.errors import Document
from hoster_cli.options import App, AsJson, Yes
from hoster_cli.session import begin, confirm_by_name
from hoster_cli.show import Show

domains = typer.Typer(help="An app's host names.", no_args_is_help=True)
Host = Annotated[str, typer.Argument(metavar="HOST", help="A host name such as shop.example.com.")]


@domains.command("list")
def list_domains(app: App, as_json: AsJson = False) -> None:
    """List an app's host names, the one that it got by itself among them."""
    session = begin(as_json=as_json)
    found = session.api.ask(calls.LIST_DOMAINS, names.app(session.api, app)["id"])
    session.show.listing(
        found,
        ("host name", "kind", "status", "certificate until"),
        _row,
        "The app has no host name: no port of it is reached by one.",
    )


@domains.command("add")
def add_domain(app: App, host: Host, as_json: AsJson = False) -> None:
    """Add a domain of your own, and say which records to make for it."""
    session = begin(as_json=as_json)
    record = names.app(session.api, app)
    found = session.api.ask(calls.ADD_DOMAIN, record["id"], attributes={"hostname": host})
    if as_json:
        session.show.document(found)
        return
    one = found["data"]["attributes"]
    session.show.done(f"{one['hostname']} is added. Make these records where its zone is kept:")
    _records(session.show, one)
    name = record["attributes"]["name"]
    session.show.say(f"\nThen: hoster domains check {name} {one['hostname']}")


@domains.command("check")
def check_domain(app: App, host: Host, as_json: AsJson = False) -> None:
    """Look at a domain's records now, and say what is to be put right."""
    session = begin(as_json=as_json)
    app_id = names.app(session.api, app)["id"]
    found = session.api.ask(calls.CHECK_DOMAIN, app_id, host)
    if as_json:
        session.show.document(found)
        return
    one = found["data"]["attributes"]
    session.show.fields(
        [
            ("Host name", one["hostname"]),
            ("Status", one["status"]),
            ("To put right", one["last_check_error"]),
            ("Certificate until", words.date(one["ssl_expires_at"])),
            ("Certificate", one["certificate_error"]),
        ]
    )
    if one["status"] != "verified":
        session.show.line("")
        _records(session.show, one)


@domains.command("remove")
def remove_domain(app: App, host: Host, yes: Yes = False, as_json: AsJson = False) -> None:
    """Remove a domain of your own; the app stays reachable by its other names."""
    session = begin(as_json=as_json)
    app_id = names.app(session.api, app)["id"]
    losses = ["its way to the app, at once", "its certificate"]
    confirm_by_name(host, losses, yes=yes)
    session.api.ask(calls.REMOVE_DOMAIN, app_id, host)
    if not as_json:
        session.show.done(f"{host} is removed.")


def _row(record: Document) -> tuple[str, ...]:
    one = record["attributes"]
    kind = "its own" if one["type"] == "auto" else "yours"
    return (one["hostname"], kind, one["status"], words.date(one.get("ssl_expires_at")))


def _records(show: Show, one: Document) -> None:
    show.table(
        ("type", "name", "value", ""),
        [(r["type"], r["name"], r["value"], r["priority"]) for r in one["instructions"] or ()],
        "There is no record to make.",
    )
