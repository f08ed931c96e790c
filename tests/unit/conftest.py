"""What holds for every unit test."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_network(socket_disabled: None) -> None:
    """A unit test needs nobody; whatever opens a socket is a mistake."""
