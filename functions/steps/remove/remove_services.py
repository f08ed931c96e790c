"""Remove everything of the deployment from its node, and see that nothing is left."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import removing


@step(needs=(OPENS,), layers=("crypto", "nodes"), timeout=120, usual_seconds=3)
def handler(run: Run) -> None:
    """Remove everything of the deployment from its node, and see that nothing is left."""
    removing.remove_services(wiring, run.record)
