"""Try a backup: an app is made with its data, must get healthy, and goes again."""

from __future__ import annotations

from chalicelib.resources.backups import BACKUPS, DrillBackup
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import MAKES_APPS, OPENS, Rate, starts
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.runtime.values import generate
from chalicelib.services.backups.drills import begin_drill


@operation(
    "POST /v1/backups/{id}/drill",
    access="owner",
    resource=BACKUPS,
    body=DrillBackup,
    success=202,
    layers=("crypto",),
    rate=Rate(burst=10, per_minute=5),
    needs=(*MAKES_APPS, OPENS, starts("restore")),
)
def handler(call: Call) -> Answer:
    """Try a backup: an app is made with its data, must get healthy, and goes again."""
    backup = begin_drill(
        wiring,
        call.target,
        wanted=call.given,
        limits=call.caller.limits(),
        generate=generate,
    )
    return call.show(backup)
