"""Make the app with values made up for it, and start it on the server."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, fetches, reads, starts, writes
from chalicelib.runtime.step import Run, step
from chalicelib.runtime.values import generate
from chalicelib.services.proofs import proof_app


@step(
    needs=(
        SEALS,
        fetches("contents"),
        reads("reservations"),
        writes("reservations", "money"),
        starts("deploy", "rollback"),
    ),
    layers=("crypto",),
    usual_seconds=0.5,
)
def handler(run: Run) -> None:
    """Make the app with values made up for it, and start it on the server."""
    proof_app.start_app(wiring, run.record, generate=generate)
