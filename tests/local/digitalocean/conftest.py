"""A provider of its own for each test, all at one address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.digitalocean.rig import Machines, Place, Provider, provider
from tests.local.serving import Stage, serving


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    stage = Stage()
    with serving(stage) as url:
        yield Place(stage, url)


@pytest.fixture
def cloud(place: Place, tmp_path: Path) -> Iterator[Provider]:
    with provider(place, tmp_path, Machines()) as running:
        yield running
