"""A server of the local cloud with room for an app on it; a gateway behind its edge."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.ports.nodes import Node
from tests.contract.droplet import Droplet, connect, droplet
from tests.local.gateway.rig import Edged, edged_gateway, upstreams


@pytest.fixture(scope="session")
def server() -> Iterator[Droplet]:
    """One for all that leave its firewall alone: most tests of it take less than its start."""
    with droplet() as made:
        yield made


@pytest.fixture(scope="session")
def shut_server() -> Iterator[Droplet]:
    """One whose firewall is put up: what publishes a port there is reached by nobody outside."""
    with droplet() as made:
        yield made


@pytest.fixture
def node(server: Droplet) -> Iterator[Node]:
    with connect(server.login) as opened:
        yield opened


@pytest.fixture
def app(server: Droplet) -> Iterator[str]:
    """A deployment's id; whatever the test left of it is removed."""
    name = str(uuid.uuid4())
    yield name
    with connect(server.login) as opened:
        opened.engine.remove_everything(name)


@pytest.fixture(scope="module")
def edged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edged]:
    """A gateway that the product reaches over the edge's second host name."""
    folder = Path(tmp_path_factory.mktemp("gateway"))
    with upstreams() as behind, edged_gateway(behind, folder) as running:
        yield running
