"""Two servers that stand for the whole session, and somebody new with apps for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from e2e.deploys.server import Server
from e2e.deploys.tenant import Tenant
from e2e.resilience.conftest import Customer, customer_of
from e2e.resilience.parts import container_of
from infra.local.journey.client import Json


@pytest.fixture(scope="session")
def operator(platform: Json) -> Customer:
    """Whose servers they are."""
    return customer_of(platform)


@pytest.fixture(scope="session")
def servers(operator: Customer) -> Iterator[tuple[Server, Server]]:
    """Two servers, made by Hoster at once, on which everybody may have apps."""
    ordered = [operator.order_server(), operator.order_server()]
    try:
        yield _ready(operator, ordered[0]), _ready(operator, ordered[1])
    finally:
        for provision in ordered:
            operator.remove("cloud_provisions", provision)


def _ready(operator: Customer, provision: str) -> Server:
    made = operator.ended("cloud_provisions", provision)
    assert made["status"] == "ready", f"{made['current_step']}: {made['error_message']}"
    node = str(made["node_id"])
    operator.account.call("PATCH", f"/nodes/{node}", {"public": True}, "nodes")
    droplet = container_of(operator.platform, provision)
    return Server(provision, node, str(made["public_ip"]), droplet)


@pytest.fixture(scope="session")
def server(servers: tuple[Server, Server]) -> Server:
    """The one that nothing happens to."""
    return servers[0]


@pytest.fixture(scope="session")
def troubled(servers: tuple[Server, Server]) -> Server:
    """The one that is restarted in the middle of work."""
    return servers[1]


@pytest.fixture
def tenants(platform: Json, servers: tuple[Server, Server]) -> Iterator[Callable[[], Tenant]]:
    """How to get somebody new; nothing of what they made is left afterwards."""
    made: list[Tenant] = []

    def new() -> Tenant:
        made.append(Tenant(platform))
        return made[-1]

    yield new
    for tenant in made:
        tenant.leave(servers)


@pytest.fixture
def tenant(tenants: Callable[[], Tenant]) -> Tenant:
    """Somebody new."""
    return tenants()
