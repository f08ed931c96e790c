"""Ask the node and its Docker what there is; a node that answers is online."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS
from chalicelib.runtime.step import Run, step
from chalicelib.services.nodes import node_checks


@step(needs=(OPENS,), layers=("crypto", "nodes"), usual_seconds=1)
def handler(run: Run) -> None:
    """Ask the node and its Docker what there is; a node that answers is online."""
    node_checks.measure_node(wiring, run.record)
