"""Backups: made, listed, brought back, made into new apps, tried and deleted."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer

from hoster_cli import calls, completing, names, words, work
from hoster_cli.errors import Document, NotFound, WorkFailed
from hoster_cli.options import App, AsJson, Node, Source, Timeout, Wait, Yes
from hoster_cli.session import begin, confirm_by_name

backups = typer.Typer(help="Backups of apps' data.", no_args_is_help=True)
Backup = Annotated[str, typer.Argument(help="A backup's id, from hoster backups list.")]
PublicNodes = Annotated[
    bool, typer.Option("--public-nodes", help="Somebody else's public server may be taken.")
]


@backups.command("list")
def list_backups(
    app: Annotated[
        str,
        typer.Argument(help="Only those of this app.", autocompletion=completing.apps),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List backups, newest first; without an app also those of apps that are gone."""
    session = begin(as_json=as_json)
    query = {"filter[deployment_id]": names.app(session.api, app)["id"]} if app else {}
    found = session.api.all(calls.LIST_BACKUPS, query=query)
    session.show.listing(
        found,
        ("id", "app", "made", "status", "by", "size", "stopped for", "drill"),
        _row,
        "There is no backup yet: hoster backups make APP --wait",
    )


@backups.command("make")
def make_backup(
    app: App, wait: Wait = False, timeout: Timeout = work.WAIT_SECONDS, as_json: AsJson = False
) -> None:
    """Back an app up: one that runs is stopped while what it does not dump is sent."""
    session = begin(as_json=as_json)
    record = names.app(session.api, app)
    name = str(record["attributes"]["name"])
    made = session.api.ask(calls.MAKE_BACKUP, record["id"])
    if wait:
        work.Waiter(session.api, session.show, timeout).until_settled(work.APP, record["id"], name)
        made = session.api.ask(calls.GET_BACKUP, made["data"]["id"])
    if as_json:
        session.show.document(made)
    if wait:
        _expect_complete(made["data"], name)
    if as_json:
        return
    told = f"is backed up: {_size(made['data'])}." if wait else "is being backed up."
    session.show.done(f"{name} {told}")
    session.show.line(made["data"]["id"])


@backups.command("restore")
def restore_app(
    app: App,
    *,
    source: Annotated[
        str, typer.Option("--from", help="A backup's id; the app's newest complete one if left.")
    ] = "",
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = work.WAIT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Replace an app's data by that of a backup; it is put back when the app gets not healthy."""
    session = begin(as_json=as_json)
    record = names.app(session.api, app)
    name = str(record["attributes"]["name"])
    backup = names.backup(session.api, source or record["id"])
    lost = f"the data that it has now, which is replaced by that of {names.when(backup)}"
    confirm_by_name(name, [lost], yes=yes)
    given = {"backup_id": backup["id"]}
    begun = session.api.ask(calls.RESTORE_APP, record["id"], attributes=given)
    if wait:
        session.wait(work.APP, record["id"], name, "running", within=timeout)
    elif as_json:
        session.show.document(begun)
    if not as_json:
        has = "has" if wait else "is getting"
        session.show.done(f"{name} {has} the data of {names.when(backup)}.")


@backups.command("deploy")
def deploy_backup(
    source: Source,
    *,
    name: Annotated[str, typer.Option(help="What the new app is called.")],
    node: Node = None,
    public_nodes: PublicNodes = False,
    wait: Wait = False,
    timeout: Timeout = work.WAIT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Make a new app with a backup's data, of the same version and values, and start it."""
    session = begin(as_json=as_json)
    backup = names.backup(session.api, source)
    attributes = {
        "name": name,
        "allow_public_nodes": public_nodes,
        **names.home(session.api, node),
    }
    made = session.api.ask(calls.DEPLOY_BACKUP, backup["id"], attributes=attributes)
    if not as_json and (notice := (made.get("meta") or {}).get("notice")):
        session.show.say(str(notice))
    if wait:
        session.wait(work.APP, made["data"]["id"], name, "running", within=timeout)
    elif as_json:
        session.show.document(made)
    if as_json:
        return
    if not wait:
        session.show.done(f"{name} is made. Follow it: hoster timeline {name} --follow")
        return
    session.show.done(f"{name} is running with the data of {names.when(backup)}.")
    if url := session.api.ask(calls.GET_APP, made["data"]["id"])["data"]["attributes"]["url"]:
        session.show.line(url)


@backups.command("drill")
def drill_backup(
    source: Source,
    *,
    node: Node = None,
    public_nodes: PublicNodes = False,
    wait: Wait = False,
    timeout: Timeout = work.WAIT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Try a backup: an app is made with its data, must get healthy, and goes again."""
    session = begin(as_json=as_json)
    backup = names.backup(session.api, source)
    attributes = {
        **({"allow_public_nodes": True} if public_nodes else {}),
        **names.home(session.api, node),
    }
    begun = session.api.ask(calls.DRILL_BACKUP, backup["id"], attributes=attributes)
    name = f"the drill of {backup['id']}"
    if wait:
        waiter = work.Waiter(session.api, session.show, timeout)
        begun = waiter.until_tried(backup["id"], name)
    if as_json:
        session.show.document(begun)
    drill = begun["data"]["attributes"]["drill"]
    if wait and drill["status"] != "passed":
        raise WorkFailed(f"{backup['id']}: {drill['reason']}")
    if as_json:
        return
    told = f"passed: healthy in {words.seconds(drill['healthy_seconds'])}" if wait else "has begun"
    session.show.done(f"The drill of {backup['id']} {told}.")


@backups.command("delete")
def delete_backup(
    backup: Backup,
    *,
    forget: Annotated[
        bool,
        typer.Option("--forget", help="Its record alone: what is in a bucket of yours stays."),
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Delete a backup with its archives; says what is lost, and asks for its id first."""
    session = begin(as_json=as_json)
    found = session.api.ask(calls.GET_BACKUP, backup)["data"]
    data = f"the data of {found['attributes']['deployment_name']} of {names.when(found)}"
    lost = f"the way to {data}, which stays in its bucket" if forget else data
    confirm_by_name(backup, [f"{lost}: {_size(found)}"], yes=yes)
    with suppress(NotFound):  # an answer was lost, and the request was sent again
        query = {"forget": "true"} if forget else {}
        session.api.ask(calls.DELETE_BACKUP, backup, query=query)
    if not as_json:
        session.show.done(f"{backup} is {'forgotten' if forget else 'deleted'}.")


def _expect_complete(backup: Document, name: str) -> None:
    """See that a backup is complete. Raises `WorkFailed` with the reason if it is not."""
    found = backup["attributes"]
    if found["status"] != "complete":
        why = found["error_message"] or f"Its backup is {found['status']}."
        code = f" ({found['error_code']})" if found["error_code"] else ""
        raise WorkFailed(f"{name}: {why}{code}")


def _size(backup: Document) -> str:
    return words.size(backup["attributes"]["bytes"])


def _row(record: Document) -> tuple[str | None, ...]:
    one = record["attributes"]
    away, drill = one["away_seconds"], one["drill"]
    return (
        *(record["id"], one["deployment_name"], names.when(record), one["status"], one["trigger"]),
        words.size(one["bytes"]),
        words.NOTHING if away is None else words.seconds(away),
        drill["status"] if drill else None,
    )
