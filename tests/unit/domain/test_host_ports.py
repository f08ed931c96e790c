"""What a plan publishes, and the host ports that are tried for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.host_ports import (
    FIRST_PORT,
    LAST_PORT,
    MOST_PUBLISHED,
    PORTS,
    from_seed,
    published_ports,
    too_many_ports,
)
from chalicelib.domain.plan import Plan, Port, Route, Service


@given(st.integers(0, 2**32))
def test_every_port_of_the_range_comes_once_and_the_seed_decides_the_first(seed: int) -> None:
    ports = list(from_seed(seed))

    assert sorted(ports) == list(range(FIRST_PORT, LAST_PORT + 1))
    assert ports[0] == FIRST_PORT + seed % PORTS


def wanted(*services: Service, route: Route | None) -> list[tuple[str, int, str, bool]]:
    ports = published_ports(Plan(services=services, route=route))
    assert {port["host_port"] for port in ports} <= {None}
    return [(p["service"], p["container_port"], p["protocol"], p["routed"]) for p in ports]


def test_every_services_ports_are_published_each_once() -> None:
    web = Service("web", "x", ports=(Port(80), Port(53, protocol="udp"), Port(53), Port(80, 8080)))
    db = Service("db", "x", ports=(Port(80),))

    assert wanted(web, db, route=Route("web", 80)) == [
        ("web", 80, "tcp", True),
        ("web", 53, "udp", False),
        ("web", 53, "tcp", False),
        ("db", 80, "tcp", False),
    ]


def test_route_to_an_exposed_port_is_published_too() -> None:
    assert wanted(Service("web", "x"), route=Route("web", 80)) == [("web", 80, "tcp", True)]


def test_app_without_ports_and_route_publishes_nothing() -> None:
    assert wanted(Service("web", "x"), route=None) == []


@pytest.mark.parametrize(("count", "says"), [(MOST_PUBLISHED, ""), (MOST_PUBLISHED + 1, "21")])
def test_more_ports_than_a_deployment_may_have_are_told(count: int, says: str) -> None:
    plan = Plan(services=(Service("web", "x", ports=tuple(Port(n + 1) for n in range(count))),))

    assert says in too_many_ports(plan)
    assert bool(too_many_ports(plan)) == bool(says)
