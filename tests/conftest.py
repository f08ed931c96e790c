"""Fixtures that every folder may use."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.world import World, world

TESTS = Path(__file__).parent

settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


@pytest.fixture
def here() -> Iterator[World]:
    """A fresh world: the product over moto."""
    with world() as opened:
        yield opened


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say what stays in one process where there are two (`--dist loadgroup`)."""
    for item in items:
        if item.path.is_relative_to(TESTS) and (shared := _shared(item)):
            item.add_marker(pytest.mark.xdist_group(shared))


def pytest_collection_finish() -> None:
    """Set aside what was loaded: it stays, and the collector need not look through it again."""
    gc.collect()
    gc.freeze()


def _shared(item: pytest.Item) -> str:
    """What a test has in common with others and is dear to make: a build, a proxy, a server."""
    folder = item.path.relative_to(TESTS).parts[0]
    if folder in {"architecture", "cli", "packaging", "proxy"}:
        return folder
    if folder == "contract":
        used = getattr(item, "fixturenames", ())
        return next((one for one in ("server", "shut_server") if one in used), item.path.stem)
    return ""
