"""Have an order at the certificate authority, or find the one that there is."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SEALS, reads, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.domains import issuing


@step(
    needs=(OPENS, SEALS, reads("rates"), writes("rates", "routes")),
    layers=("crypto", "acme", "dns"),
    timeout=90,
    usual_seconds=2,
)
def handler(run: Run) -> None:
    """Have an order at the certificate authority, or find the one that there is."""
    issuing.order(wiring, run.record)
