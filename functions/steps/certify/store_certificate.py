"""Give the certificate to the app proxies."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, SEALS, ZONES, writes
from chalicelib.runtime.step import Run, step
from chalicelib.services.domains import issuing


@step(
    needs=(OPENS, SEALS, writes("routes"), ZONES),
    layers=("crypto", "acme", "dns"),
    timeout=90,
    usual_seconds=1,
)
def handler(run: Run) -> None:
    """Give the certificate to the app proxies."""
    issuing.store(wiring, run.record)
