"""Take a node that failed its check offline, with the reason."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.step import Run, step
from chalicelib.services.nodes import node_checks


@step(timeout=20, undoes=True, usual_seconds=0.2)
def handler(run: Run) -> None:
    """Take a node that failed its check offline, with the reason."""
    node_checks.note_failure(wiring, run.record, run.error)
