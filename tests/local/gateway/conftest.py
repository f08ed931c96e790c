"""One gateway for the tests of this folder, and more of them where a test needs its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.gateway.rig import Gateway, Member, Upstreams, gateway, upstreams


@pytest.fixture(scope="session")
def behind() -> Iterator[Upstreams]:
    with upstreams() as running:
        yield running


@pytest.fixture(scope="session")
def shared(behind: Upstreams, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with gateway(behind, Path(tmp_path_factory.mktemp("gateway"))) as running:
        yield running


@pytest.fixture
def gate(shared: Gateway) -> Gateway:
    """The gateway, whose upstreams have seen nothing of this test yet."""
    shared.api.seen.clear()
    shared.spa.seen.clear()
    return shared


@pytest.fixture
def member(gate: Gateway) -> Member:
    return gate.member()
