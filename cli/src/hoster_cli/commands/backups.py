"""Backups: made, listed, brought back, tried, fetched, deleted, and made by schedule."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from hoster_cli import archives, calls, completing, names, words, work
from hoster_cli.archives import PASSPHRASE, Fetching
from hoster_cli.errors import Document, Misused, NotFound, Problem, WorkFailed
from hoster_cli.options import App, AsJson, Node, Timeout, Wait, Yes
from hoster_cli.session import Session, begin, confirm_by_name
from hoster_cli.settings import OWNER_ALONE
from hoster_cli.show import Show

backups = typer.Typer(help="Backups of apps' data.", no_args_is_help=True)
Source = Annotated[
    str,
    typer.Argument(
        metavar="APP|BACKUP",
        help="A backup's id, or an app's name or id for its newest complete one.",
        autocompletion=completing.apps,
    ),
]
Backup = Annotated[str, typer.Argument(help="A backup's id, from hoster backups list.")]
PublicNodes = Annotated[
    bool, typer.Option("--public-nodes", help="Somebody else's public server may be taken.")
]
HOW_TO = "how-to-open.txt"
USUAL_HOUR = 3


class Every(StrEnum):
    """How often an app is backed up by itself."""

    DAY = "day"
    WEEK = "week"


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
    """Back an app up: one that runs is stopped while its data is sent, and started again."""
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
    lost = f"the data that it has now, which is replaced by that of {_when(backup)}"
    confirm_by_name(name, [lost], yes=yes)
    given = {"backup_id": backup["id"]}
    begun = session.api.ask(calls.RESTORE_APP, record["id"], attributes=given)
    if wait:
        session.wait(work.APP, record["id"], name, "running", within=timeout)
    elif as_json:
        session.show.document(begun)
    if not as_json:
        has = "has" if wait else "is getting"
        session.show.done(f"{name} {has} the data of {_when(backup)}.")


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
        **({"node_id": names.node(session.api, node)["id"]} if node else {}),
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
    session.show.done(f"{name} is running with the data of {_when(backup)}.")
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
        **({"node_id": names.node(session.api, node)["id"]} if node else {}),
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


@backups.command("download")
def download_backup(
    source: Source,
    *,
    folder: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The folder; one of the backup's id if left."),
    ] = None,
    is_opened: Annotated[
        bool, typer.Option("--open", help="Decrypt and unpack each archive too, by openssl.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch a backup's archives and their passphrase; what broke off goes on where it was."""
    session = begin(as_json=as_json)
    backup = names.backup(session.api, source)
    place = folder or Path(backup["id"])
    offer = _offered(session, backup["id"])
    found = offer["data"]["attributes"]
    _make_room(place, found["archives"])
    _keep_passphrase(place, found["passphrase"])
    commands = [str(one["opened_by"]) for one in found["archives"]]
    (place / HOW_TO).write_text("\n".join([*commands, ""]))
    with _Bar(session.show) as bar:
        anew = _links_of(session, backup["id"])
        fetching = Fetching(place, anew, bar.told, session.api.sleep)
        for one in found["archives"]:
            is_new = fetching.fetch(one)
            if not as_json:
                told = "is here" if is_new else "was here already"
                session.show.done(f"{one['file']} {told}: {words.size(one['bytes'])}, sum is right")
    for one in found["archives"] if is_opened else ():
        came = archives.open_(place, one)
        if not as_json:
            session.show.done(f"{one['file']} is opened: {came}")
    if as_json:
        # What opens them is in its file: what is printed may end in a log.
        found["passphrase"] = None
        session.show.document(offer)
        return
    if not is_opened:
        session.show.say(f"What opens them is in {place / PASSPHRASE}. In that folder:")
        for command in commands:
            session.show.say(f"  {command}")
    session.show.line(str(place))


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
    data = f"the data of {found['attributes']['deployment_name']} of {_when(found)}"
    lost = f"the way to {data}, which stays in its bucket" if forget else data
    confirm_by_name(backup, [f"{lost}: {_size(found)}"], yes=yes)
    with suppress(NotFound):  # an answer was lost, and the request was sent again
        query = {"forget": "true"} if forget else {}
        session.api.ask(calls.DELETE_BACKUP, backup, query=query)
    if not as_json:
        session.show.done(f"{backup} is {'forgotten' if forget else 'deleted'}.")


@backups.command("schedule")
def schedule_backups(
    app: App,
    *,
    every: Annotated[Every | None, typer.Option(help="Each day, or each Sunday.")] = None,
    hour: Annotated[
        int | None, typer.Option(min=0, max=23, help="Within which hour, in UTC; 3 at first.")
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, max=50, help="How many of them are kept; 7 at first.")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Back it up by hand alone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show when an app is backed up by itself, or change that."""
    session = begin(as_json=as_json)
    record = names.app(session.api, app)
    sent = _schedule(record["attributes"], every, hour, off=off)
    sent |= {"backup_keep": keep} if keep else {}
    found = (
        session.api.ask(calls.CHANGE_APP, record["id"], attributes=sent)
        if sent
        else session.api.ask(calls.GET_APP, record["id"])
    )
    if as_json:
        session.show.document(found)
        return
    one = found["data"]["attributes"]
    schedule = one["backup_schedule"]
    session.show.fields(
        [
            ("App", one["name"]),
            ("Backed up", _said(schedule)),
            ("Next", one["backup_due_at"]),
            ("Kept", one["backup_keep"] if schedule else None),
        ]
    )


def _schedule(known: Document, every: Every | None, hour: int | None, *, off: bool) -> Document:
    """What is sent of a schedule. Raises `Misused` for words that say two things."""
    if off:
        if every or hour is not None:
            raise Misused("--off goes with neither --every nor --hour.")
        return {"backup_schedule": None}
    if every is None and hour is None:
        return {}
    present = known["backup_schedule"] or {"every": Every.DAY, "hour": USUAL_HOUR}
    return {
        "backup_schedule": {
            "every": str(every or present["every"]),
            "hour": present["hour"] if hour is None else hour,
        }
    }


def _said(schedule: Document | None) -> str:
    if schedule is None:
        return "by hand alone"
    when = "each day" if schedule["every"] == Every.DAY else "each Sunday"
    return f"{when}, from {schedule['hour']:02}:00 UTC on"


def _expect_complete(backup: Document, name: str) -> None:
    """See that a backup is complete. Raises `WorkFailed` with the reason if it is not."""
    found = backup["attributes"]
    if found["status"] != "complete":
        why = found["error_message"] or f"Its backup is {found['status']}."
        code = f" ({found['error_code']})" if found["error_code"] else ""
        raise WorkFailed(f"{name}: {why}{code}")


def _offered(session: Session, backup_id: str) -> Document:
    """Links to a backup's archives with their passphrase, which a repeated answer lacks."""
    found = session.api.ask(calls.DOWNLOAD_BACKUP, backup_id)
    if found["data"]["attributes"]["passphrase"] is None:
        found = session.api.ask(calls.DOWNLOAD_BACKUP, backup_id)
    return found


def _links_of(session: Session, backup_id: str) -> Callable[[], dict[str, Document]]:
    """What asks for links again, by the files that they lead to."""

    def anew() -> dict[str, Document]:
        found = session.api.ask(calls.DOWNLOAD_BACKUP, backup_id)["data"]["attributes"]
        return {one["file"]: one for one in found["archives"]}

    return anew


def _make_room(place: Path, wanted: list[Document]) -> None:
    """Make the folder, and see that what is to come has room. Raises `Misused`."""
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Misused(f"{place} cannot be made: {error.strerror}.") from error
    missing = sum(one["bytes"] for one in wanted if not (place / archives.named(one)).exists())
    there = sum(file.stat().st_size for file in place.glob(f"*{archives.PART}"))
    if missing - there > (free := shutil.disk_usage(place).free):
        said = f"It takes {words.size(missing)}, and {words.size(free)} are free at {place}."
        raise Misused(said, hint="Choose another folder by --output.")


def _keep_passphrase(place: Path, passphrase: str | None) -> None:
    """Write what opens the archives, for its owner's eyes alone. Raises `Misused`, `Problem`."""
    if not passphrase:
        raise Problem("The passphrase was not told.", hint="Say the same again.")
    file = place / PASSPHRASE
    if file.exists():
        if file.read_text().strip() != passphrase:
            said = f"{place} holds another backup: its passphrase is another one."
            raise Misused(said, hint="Choose another folder by --output.")
        return
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE), "w") as out:
        out.write(f"{passphrase}\n")


class _Bar:
    """Shows how far files are, on a terminal."""

    def __init__(self, show: Show) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        is_shown = show.err.is_terminal and not show.as_json
        self.progress = Progress(*columns, console=show.err, transient=True, disable=not is_shown)
        self.tasks: dict[str, TaskID] = {}

    def __enter__(self) -> _Bar:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def told(self, file: str, done: int, total: int) -> None:
        """Take how far a file is."""
        if file not in self.tasks:
            self.tasks[file] = self.progress.add_task(file, total=total)
        self.progress.update(self.tasks[file], completed=done)


def _when(backup: Document) -> str:
    return f"{words.moment(backup['attributes']['started_at']):%Y-%m-%d %H:%M} UTC"


def _size(backup: Document) -> str:
    return words.size(backup["attributes"]["bytes"])


def _row(record: Document) -> tuple[str | None, ...]:
    one = record["attributes"]
    away, drill = one["away_seconds"], one["drill"]
    return (
        *(record["id"], one["deployment_name"], _when(record), one["status"], one["trigger"]),
        words.size(one["bytes"]),
        words.NOTHING if away is None else words.seconds(away),
        drill["status"] if drill else None,
    )
