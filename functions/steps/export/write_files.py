"""Write the next files of an account's export."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, fetches, keeps, reads
from chalicelib.runtime.step import Run, Waiting, step
from chalicelib.services.exports import exporting


@step(
    needs=(reads("money", "reservations"), OPENS, fetches("contents"), keeps("downloads")),
    layers=("crypto", "pdf"),
    memory=1024,
    usual_seconds=3,
    within=1800,
)
def handler(run: Run) -> Waiting | None:
    """Write the next files of an account's export."""
    goes_on, files = exporting.write_files(wiring, run.record)
    if not goes_on:
        return None
    return Waiting(f"{goes_on} {files} files are written.", soon=True)
