"""Archives of a backup fetched into a folder, with what opens them, and opened."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from hoster_cli import archives, calls, names, words
from hoster_cli.archives import PASSPHRASE, Fetching
from hoster_cli.errors import Document, Misused, Problem
from hoster_cli.options import AsJson, Source
from hoster_cli.session import Session, begin
from hoster_cli.settings import OWNER_ALONE
from hoster_cli.show import Show

HOW_TO = "how-to-open.txt"


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
