"""Whether the API answers."""

from __future__ import annotations

from tests.functions.checks import Checked


def test_health_needs_nobody(here: Checked) -> None:
    reply = here.call("GET", "/health", user=None)

    assert (reply.status, reply.body) == (200, {"status": "healthy"})
