"""Apps: list and see them, start, stop, restart, delete, and follow the work on them."""

from __future__ import annotations

from typing import Annotated

import typer

from hoster_cli import calls, names, words, work
from hoster_cli.calls import Call
from hoster_cli.errors import Document, NotFound
from hoster_cli.options import App, AsJson, Timeout, Wait, Yes
from hoster_cli.session import Follow, begin, confirm_by_name
from hoster_cli.show import Show
from hoster_cli.timeline import Teller

app_group = typer.Typer(help="One app.", no_args_is_help=True)
PrintOnly = Annotated[bool, typer.Option("--print", help="Print the address and open nothing.")]


def apps(
    status: Annotated[str, typer.Option(help="Only those in this state.")] = "",
    as_json: AsJson = False,
) -> None:
    """List your apps, newest first."""
    session = begin(as_json=as_json)
    query = {"filter[status]": status} if status else {}
    found = session.api.all(calls.LIST_APPS, query=query)
    session.show.listing(
        found,
        ("name", "status", "health", "version", "address", "made"),
        _row,
        "There is no app yet. hoster templates lists what can be deployed.",
    )


@app_group.command("show")
def show_app(app: App, as_json: AsJson = False) -> None:
    """Show an app: how it is, where it answers, what runs and what it costs."""
    session = begin(as_json=as_json)
    app_id = names.app(session.api, app)["id"]
    found = session.api.ask(calls.GET_APP, app_id, query={"include": "node,template"})
    if as_json:
        session.show.document(found)
        return
    _tell(session.show, found["data"], _names_beside(found))


def start(
    app: App, wait: Wait = False, timeout: Timeout = work.WAIT_SECONDS, as_json: AsJson = False
) -> None:
    """Start an app."""
    _act(calls.START_APP, app, "running", wait=wait, timeout=timeout, as_json=as_json)


def stop(
    app: App, wait: Wait = False, timeout: Timeout = work.WAIT_SECONDS, as_json: AsJson = False
) -> None:
    """Stop an app; its data, name and port stay."""
    _act(calls.STOP_APP, app, "stopped", wait=wait, timeout=timeout, as_json=as_json)


def restart(
    app: App, wait: Wait = False, timeout: Timeout = work.WAIT_SECONDS, as_json: AsJson = False
) -> None:
    """Restart an app's services in order, with the data and settings that they have."""
    _act(calls.RESTART_APP, app, "running", wait=wait, timeout=timeout, as_json=as_json)


def cancel(app: App, as_json: AsJson = False) -> None:
    """Undo the work in hand on an app."""
    _act(calls.CANCEL_APP, app, "", wait=False, timeout=0, as_json=as_json)


def delete(
    app: App,
    *,
    keep_volumes: Annotated[
        bool, typer.Option("--keep-volumes", help="Its data stays on its server.")
    ] = False,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = work.WAIT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Delete an app; says what is lost, and asks for its name first."""
    session = begin(as_json=as_json)
    record = names.app(session.api, app)
    name = str(record["attributes"]["name"])
    confirm_by_name(name, _losses(record["attributes"], keep_volumes=keep_volumes), yes=yes)
    query = {"keep_volumes": "true"} if keep_volumes else {}
    follow = Follow(work.APP, timeout) if wait else None
    is_gone = session.remove(calls.DELETE_APP, record["id"], name, query, follow)
    if not as_json:
        session.show.done(f"{name} is {'gone' if is_gone else 'being deleted'}.")


def timeline(
    app: App,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="To its end.")] = False,
    timeout: Timeout = work.WAIT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Show the steps of the latest work on an app, with their times."""
    session = begin(as_json=as_json)
    record = names.app(session.api, app)
    name = str(record["attributes"]["name"])
    if follow:
        waiter = work.Waiter(session.api, session.show, timeout, is_result=True)
        waiter.until_settled(work.APP, record["id"], name)
        return
    with Teller(session.show, name, is_result=True) as teller:
        teller.tell(session.api.ask(calls.GET_APP_TIMELINE, record["id"]))


def open_app(app: App, print_only: PrintOnly = False) -> None:
    """Open an app in the browser, and print its address."""
    session = begin()
    record = names.app(session.api, app)
    url = record["attributes"]["url"]
    if not url:
        name = record["attributes"]["name"]
        hint = f"hoster start {name} gives it one, if its template has a page to open."
        raise NotFound(f"{name} has no address.", hint=hint)
    session.show.line(url)
    if not print_only and session.show.out.is_terminal:
        typer.launch(url)


def _act(call: Call, app: str, wanted: str, *, wait: bool, timeout: float, as_json: bool) -> None:
    """Begin work on an app, follow it where that is asked for, and tell it."""
    session = begin(as_json=as_json)
    record = names.app(session.api, app)
    begun = session.api.ask(call, record["id"])
    name = str(record["attributes"]["name"])
    if wait:
        session.wait(work.APP, record["id"], name, wanted, within=timeout)
    elif as_json:
        session.show.document(begun)
    if as_json:
        return
    in_hand = begun["data"]["attributes"]["work"]
    kind = in_hand["kind"] if in_hand else None
    if notice := (begun.get("meta") or {}).get("notice"):
        session.show.say(str(notice))
    session.show.done(f"{name} is {wanted}." if wait else f"{words.doing(kind, name)}.")


def _losses(found: Document, *, keep_volumes: bool) -> list[str]:
    hosts = [one["hostname"] for one in (*found["domains"], *found["custom_domains"])]
    data = (
        "nothing of its data: the volumes stay on its server"
        if keep_volumes
        else "its volumes, with all data in them"
    )
    lost = ["its containers, networks and files", data]
    if hosts:
        lost.append(f"its host names: {', '.join(hosts)}")
    return lost


def _row(record: Document) -> tuple[str | None, ...]:
    one = record["attributes"]
    health = one["health"] if one["status"] == "running" else None
    version = one["template_version"]
    newer = f"{version} ({one['newest_version']} is there)" if one["newest_version"] else version
    return (one["name"], one["status"], health, newer, one["url"], words.ago(one["created_at"]))


def _names_beside(found: Document) -> dict[str, str]:
    """The names of what came along, by id; what may not be seen does not."""
    return {one["id"]: str(one["attributes"]["name"]) for one in found.get("included", ())}


def _tell(show: Show, record: Document, called: dict[str, str]) -> None:
    one = record["attributes"]
    in_hand = one["work"]
    names_ = [each["hostname"] for each in (*one["domains"], *one["custom_domains"])]
    show.fields(
        [
            ("Name", one["name"]),
            ("Id", record["id"]),
            ("Status", one["status"]),
            ("Health", one["health"] if one["status"] == "running" else ""),
            ("Work", f"{in_hand['kind']}, at {in_hand['step'] or 'its start'}" if in_hand else ""),
            ("Error", one["error_message"]),
            ("Address", one["url"]),
            ("Direct", one["direct_url"]),
            ("Host names", ", ".join(names_)),
            (
                "Template",
                f"{called.get(one['template_id'], one['template_id'])} {one['template_version']}",
            ),
            ("Newer", one["newest_version"]),
            ("Server", called.get(one["node_id"], one["node_id"])),
            ("A month", words.money(one["price_monthly_cents"])),
            ("CPU cores", one["resources_cpu_cores"]),
            ("Memory", words.megabytes(one["resources_memory_mb"])),
            ("Disk used", words.megabytes(one["disk_used_mb"])),
            ("Started", words.ago(one["started_at"])),
        ]
    )
    if one["containers"]:
        show.line("")
        show.table(
            ("service", "status", "health", "restarts", "since"),
            [
                (c["service_name"], c["status"], c["health"], c["restarts"], words.ago(c["since"]))
                for c in one["containers"]
            ],
            "",
        )
