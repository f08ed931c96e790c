"""Stop an app, for the owner of the platform; its data stays, and no route leads here."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.domain.errors import NotFound
from chalicelib.runtime import wiring
from chalicelib.runtime.asked import Reason, Sought
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import reads, starts, writes
from chalicelib.services.accounts import standing


class StopApp(BaseModel):
    """Which app, and why."""

    deployment: Sought
    reason: Reason


@call(
    asks=StopApp,
    needs=(reads("resources"), writes("resources", "journal"), starts("stop")),
)
def handler(asked: StopApp) -> dict[str, Any]:
    """Stop an app, for the owner of the platform; its data stays, and no route leads here."""
    app = wiring.records().get(asked.deployment)
    if app is None or app.type != "deployments":
        raise NotFound(f"There is no app {asked.deployment}.")
    stopping = standing.stop_app(wiring, app, reason=asked.reason)
    return {"deployment": app.id, "account": app.owner, "status": stopping.status}
