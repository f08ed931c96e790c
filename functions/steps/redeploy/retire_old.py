"""Remove the old containers once nobody is led to them, and give the new ones their names."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.deployments.coming import PROXY_SECONDS, moves_route
from chalicelib.services.redeploys import replacing


@step(
    needs=(OPENS, fetches("contents")),
    layers=("crypto", "nodes"),
    timeout=120,
    usual_seconds=4,
    within=10,
)
def handler(run: Run) -> Waiting | None:
    """Remove the old containers once nobody is led to them, and give the new ones their names."""
    if run.anew and moves_route(run.record):
        return Waiting("The app proxy takes up the new route.", at_least=PROXY_SECONDS, soon=True)
    replacing.retire_old(wiring, run.record)
    return None
