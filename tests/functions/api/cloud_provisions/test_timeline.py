"""The timeline of a provision's latest work."""

from __future__ import annotations

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked


def test_failure_is_told_with_its_reason(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)
    wiring.records().mark_error(server, 1, code="no_capacity", detail="None left", step="X")
    things.put(server, status="failed", clear_work=True)

    shown = here.call("GET", f"/cloud_provisions/{server}/timeline", user=owner).attributes

    assert (shown["kind"], shown["state"]) == ("provision", "failed")
    assert (shown["error_code"], shown["error_detail"]) == ("no_capacity", "None left")
