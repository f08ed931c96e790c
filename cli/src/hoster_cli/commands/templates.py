"""The catalogue: what can be deployed, what it costs and what it asks for."""

from __future__ import annotations

from typing import Annotated

import typer

from hoster_cli import calls, names, words
from hoster_cli.errors import Document
from hoster_cli.options import AsJson, Template
from hoster_cli.session import begin
from hoster_cli.show import Show

template_group = typer.Typer(help="One template.", no_args_is_help=True)
SUMMARY = 60
"""Characters of a description in a list."""


def templates(
    search: Annotated[str, typer.Argument(help="Words that the template has.")] = "",
    category: Annotated[str, typer.Option(help="Only those of this category.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the catalogue's templates, or those that hold all words of a search."""
    session = begin(as_json=as_json, signed_in=False)
    chosen = {"filter[search]": search, "filter[category]": category}
    query = {word: value for word, value in chosen.items() if value}
    found = session.api.all(calls.LIST_TEMPLATES, query=query)
    session.show.listing(
        found,
        ("slug", "version", "a month", "starts in", "about"),
        _row,
        "No template fits. hoster templates lists all of them.",
    )


@template_group.command("show")
def show_template(
    template: Template,
    as_json: AsJson = False,
) -> None:
    """Show a template: what runs, what it needs and costs, and its variables."""
    session = begin(as_json=as_json, signed_in=False)
    found = session.api.ask(calls.GET_TEMPLATE, names.template(session.api, template)["id"])
    if as_json:
        session.show.document(found)
        return
    _tell(session.show, found["data"])


def _row(record: Document) -> tuple[str, ...]:
    one = record["attributes"]
    about = " ".join(str(one["description"] or "").split())
    return (
        one["slug"],
        one["version"],
        words.money(one["price_monthly_cents"]),
        words.seconds(one["start_seconds"]) if one["start_seconds"] else words.NOTHING,
        about if len(about) <= SUMMARY else f"{about[: SUMMARY - 1]}…",
    )


def _tell(show: Show, record: Document) -> None:
    one = record["attributes"]
    services = [f"{service['name']} ({service['image']})" for service in one["services"] or ()]
    show.fields(
        [
            ("Name", one["name"]),
            ("About", one["description"]),
            ("Version", one["version"]),
            ("Id", record["id"]),
            ("By", one["creator_name"]),
            ("A month", words.money(one["price_monthly_cents"])),
            ("Services", ", ".join(services)),
            ("CPU cores", one["resources_cpu_cores"]),
            ("Memory", words.megabytes(one["resources_memory_mb"])),
            ("Disk", words.megabytes(one["resources_disk_mb"])),
        ]
    )
    if one["variables"]:
        show.line("")
        show.table(
            ("variable", "type", "default", "required", "about"),
            [_variable(variable) for variable in one["variables"]],
            "",
        )
    show.say(f"\nDeploy it: hoster deploy {one['slug']} --wait")


def _variable(one: Document) -> tuple[str, ...]:
    generated = "made for you" if one.get("generator") else ""
    default = generated or ("" if one.get("default") is None else str(one["default"]))
    about = one.get("description") or one.get("label") or ""
    return (one["name"], one["type"], default, "yes" if one.get("required") else "", about)
