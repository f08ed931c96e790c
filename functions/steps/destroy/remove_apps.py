"""Remove the apps that live on a server that goes with them."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import starts
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.deployments import evicting


@step(needs=(starts("remove"),), usual_seconds=0.3, within=600)
def handler(run: Run) -> Waiting | None:
    """Remove the apps that live on a server that goes with them.

    What is not removed in time goes with the server: the destroy never fails for it.
    """
    within = wiring.settings().step_seconds.get("RemoveApps", 600)
    awaited = evicting.remove_apps(wiring, run.record, patience=0.8 * within, waited=run.waited)
    return Waiting(awaited, soon=True) if awaited else None
