"""Drills of backups judged, and their apps removed: each is looked at until its app has gone.

So nothing is left behind whatever breaks off: an app that was not made, does not start, is deleted
by somebody or cannot be removed.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

from chalicelib.domain import clock
from chalicelib.domain.archives import is_dump
from chalicelib.domain.domain_times import later
from chalicelib.domain.errors import Conflict, Stale
from chalicelib.ports.records import Change, Journal, Record
from chalicelib.services.backups.backups import DRILL, DRILL_APP, DRILL_DUE
from chalicelib.services.deployments.removing import remove_deployment
from chalicelib.services.tools import Tools

REMOVAL_SECONDS, STUCK_SECONDS = 120.0, 3600.0
"""When an app is looked at that is being removed, and one that could not be removed."""

Outcome = Literal["going", "removing", "over", "changed"]


def tend(tools: Tools, backup: Record) -> Outcome:
    """Judge a drill whose app is no longer worked on, and have the app removed."""
    app = tools.records().get(backup.attributes[DRILL_APP])
    if app is not None and app.work is not None:
        return "going"
    now, is_gone = tools.now(), app is None or app.status == "deleted"
    told: tuple[Journal, ...] = ()
    marks: dict[str, Any] = {}
    if (backup.attributes.get(DRILL) or {}).get("status") == "running":
        judged = {**backup.attributes[DRILL], **_judged(backup, app)}
        marks[DRILL] = judged
        told = (_told(tools, backup, judged),)
    is_stuck = app is not None and app.attributes.get("asked_by") == backup.id
    wait = STUCK_SECONDS if is_stuck else REMOVAL_SECONDS
    marks[DRILL_DUE] = None if is_gone else later(now, wait)
    try:
        tools.records().commit(
            Change(of=backup, attributes=marks, if_version=backup.version), *told
        )
    except Stale:
        return "changed"
    if app is None or is_gone:
        return "over"
    with suppress(Conflict):  # somebody works on it at this moment
        remove_deployment(tools, app, actor="hoster", asked_by=backup.id)
    return "removing"


def _judged(backup: Record, app: Record | None) -> dict[str, Any]:
    """What a drill came to, by what became of its app."""
    if app is None:
        return {"status": "failed", "reason": "The app could not be made; try again."}
    if app.status == "deleted":
        return {"status": "failed", "reason": "The app was removed before it was healthy."}
    if app.status != "running":
        said = app.attributes.get("error_message") or f"The app is {app.status}."
        return {"status": "failed", "reason": said}
    archives, at = backup.attributes["archives"], backup.attributes[DRILL]["at"]
    counted = [one.get("files") for one in archives if not is_dump(one)]
    return {
        "status": "passed",
        "healthy_seconds": round(clock.seconds_between(at, app.attributes["started_at"]), 1),
        "files": sum(counted) if counted and None not in counted else None,
        "bytes": sum(one["plain_bytes"] for one in archives),
    }


def _told(tools: Tools, backup: Record, judged: dict[str, Any]) -> Journal:
    if judged["status"] == "failed":
        return tools.told(backup, "drill_failed", "hoster", detail=judged["reason"])
    shown = {name: judged[name] for name in ("healthy_seconds", "files", "bytes")}
    return tools.told(backup, "drilled", "hoster", **shown)
