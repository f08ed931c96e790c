"""Keeps apps to the size of their disk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from chalicelib.domain.disk_use import Measured, Over, Standing, judge
from chalicelib.domain.errors import Conflict, Stale
from chalicelib.ports.insight import AppDisk
from chalicelib.ports.records import Change, Record, Write
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import begin_work

USUAL_SECONDS, CLOSE_SECONDS, IDLE_SECONDS = 300, 60, 3600
"""How often what apps take is measured: more often on a node where one of them fills its disk, and
seldom where none runs."""


def rest_of(apps: Collection[Record]) -> int:
    """After how many seconds a node's apps are measured again."""
    if not apps:
        return IDLE_SECONDS
    close = any(app.attributes.get("disk_told") for app in apps)
    return CLOSE_SECONDS if close else USUAL_SECONDS


def keep_app_to_its_size(tools: Tools, app: Record, taken: AppDisk, now: str) -> None:
    """Show what an app takes of its disk; tell when that fills, and stop the app above it.

    It writes only what changed, and nothing of an app that moved on.
    """
    before = _standing(app)
    used_mb = -(-taken.used_kb // 1024)
    size_mb = int(app.attributes.get("resources_disk_mb") or 0)
    started_at = app.attributes.get("started_at")
    found = Measured(used_mb, size_mb, taken.measured_at, started_at)
    verdict = judge(before, found, now)
    attributes = _attributes(verdict.standing)
    details = {"used_mb": used_mb, "size_mb": size_mb}
    try:
        if verdict.stops:
            _stop(tools, app, attributes, details)
        elif verdict.standing != before:
            told = (tools.told(app, "disk_filling", "hoster", **details),) if verdict.tells else ()
            _write(tools, app, attributes, told)
    except (Stale, Conflict):
        return


def _stop(tools: Tools, app: Record, attributes: dict[str, Any], details: dict[str, int]) -> None:
    why = (
        f"It took {details['used_mb']} MB of its {details['size_mb']} MB of disk and was stopped. "
        "Nothing was deleted. Start it and make room within 30 minutes, or redeploy a version of "
        "its template with a larger disk."
    )
    begin_work(
        tools,
        app,
        kind="stop",
        actor="hoster",
        status="stopping",
        attributes={**attributes, "error_code": "disk_full_stopped", "error_message": why},
        told=tools.told(app, "disk_full_stopped", "hoster", **details),
    )


def _write(tools: Tools, app: Record, attributes: dict[str, Any], told: tuple[Write, ...]) -> None:
    tools.records().commit(
        Change(
            of=app,
            attributes=attributes,
            if_status=(app.status,),
            if_generation=app.generation,
        ),
        *told,
    )


def _standing(app: Record) -> Standing:
    known = app.attributes
    over = known.get("disk_over")
    return Standing(
        known.get("disk_used_mb"), bool(known.get("disk_told")), Over(**over) if over else None
    )


def _attributes(standing: Standing) -> dict[str, Any]:
    return {
        "disk_used_mb": standing.used_mb,
        "disk_told": standing.is_told,
        "disk_over": asdict(standing.over) if standing.over else None,
    }
