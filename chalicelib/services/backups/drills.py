"""Drills of backups: an app is made with a backup's data, must get healthy, and goes again.

The app is one that counts for nothing, as that of a proof. What becomes of it is seen to by
`chalicelib/services/backups/drill_rounds.py`.
"""

from __future__ import annotations

from typing import Any

from chalicelib.domain.domain_times import later
from chalicelib.domain.errors import Conflict, ProductError, Stale
from chalicelib.domain.limits import PlanLimits
from chalicelib.ports.records import Change, Record
from chalicelib.resources.backups import DeployBackup, DrillBackup
from chalicelib.services.backups import backups
from chalicelib.services.backups.backups import DRILL, DRILL_APP, DRILL_DUE
from chalicelib.services.backups.restoring import new_app
from chalicelib.services.deployments.starting import start_deployment
from chalicelib.services.throwaways import Throwaway
from chalicelib.services.tools import Tools

FIRST_LOOK_SECONDS = 60.0
"""When a drill is looked at first: the request that begins it has ended by then."""
FIGURES = ("healthy_seconds", "files", "bytes", "reason")
"""What is told of a drill that has ended."""


def begin_drill(
    tools: Tools, backup: Record, *, wanted: DrillBackup, limits: PlanLimits, generate: Any
) -> Record:
    """Make an app with a backup's data, and begin to start it; returns the backup.

    Raises `Conflict` with code `drill_in_progress`, `backup_incomplete`, or that of the reason why
    no server can take it, and as `create_deployment` does; nothing has changed then.
    """
    backup = backups.own(tools, backup.id, backup.owner)
    backups.refuse_drilled(tools, backup)
    before, now = backup.attributes.get(DRILL), tools.now()
    throwaway = Throwaway(tools.new_id(None), backup.id)
    marks = {
        DRILL: {
            **dict.fromkeys(FIGURES),
            "status": "running",
            "at": now,
            "deployment_id": throwaway.id,
        },
        DRILL_APP: throwaway.id,
        DRILL_DUE: later(now, FIRST_LOOK_SECONDS),
    }
    try:
        marked = _changed(tools, backup, **marks)
    except Stale as error:
        detail = "It changed at this moment; look at it again."
        raise Conflict(detail, code="drill_in_progress") from error
    given = DeployBackup(
        name=f"Drill of {backup.attributes['deployment_name']}"[:100],
        node_id=wanted.node_id,
        allow_public_nodes=_may_be_public(tools, backup, wanted),
    )
    try:
        app = new_app(tools, marked, given, limits=limits, generate=generate, throwaway=throwaway)
        start_deployment(tools, app, actor=backup.owner, limits=limits)
    except ProductError:
        # Whatever is there of the app goes with the next round.
        _changed(tools, marked, **{DRILL: before, DRILL_DUE: now})
        raise
    tools.records().tell(tools.told(marked, "drill_begun", backup.owner))
    return marked


def _may_be_public(tools: Tools, backup: Record, wanted: DrillBackup) -> bool:
    if wanted.allow_public_nodes is not None:
        return wanted.allow_public_nodes
    app = tools.records().get(backup.attributes["deployment_id"])
    return app is not None and bool(app.attributes.get("allow_public_nodes"))


def _changed(tools: Tools, backup: Record, **marks: Any) -> Record:
    change = Change(of=backup, attributes=marks, if_status=("complete",), if_version=backup.version)
    return tools.records().change(change)
