"""When an app is backed up by itself: shown and changed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from hoster_cli import calls, names
from hoster_cli.errors import Document, Misused
from hoster_cli.options import App, AsJson
from hoster_cli.session import begin

USUAL_HOUR = 3


class Every(StrEnum):
    """How often an app is backed up by itself."""

    DAY = "day"
    WEEK = "week"


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
