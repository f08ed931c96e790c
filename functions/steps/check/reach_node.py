"""Log in to the node, and pin its host key the first time."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services.nodes import node_checks


@step(needs=(OPENS,), layers=("crypto", "nodes"), usual_seconds=1)
def handler(run: Run) -> None:
    """Log in to the node, and pin its host key the first time."""
    node_checks.reach_node(wiring, run.record)
