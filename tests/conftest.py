"""Fixtures that every folder may use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.world import World, world


@pytest.fixture
def here() -> Iterator[World]:
    """A fresh world: the product over moto."""
    with world() as opened:
        yield opened
