"""Have the network, the volumes and the config files on the node."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches
from chalicelib.runtime.step import Run, step
from chalicelib.services.deployments import deploying
from chalicelib.services.deployments.coming import wanted


@step(needs=(OPENS, fetches("contents")), layers=("crypto", "nodes"), usual_seconds=1)
def handler(run: Run) -> None:
    """Have the network, the volumes and the config files on the node."""
    deploying.prepare_node(wiring, wanted(run.record))
