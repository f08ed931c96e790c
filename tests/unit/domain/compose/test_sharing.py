"""What services share: volumes of another one, and second names."""

from __future__ import annotations

import pytest

from chalicelib.domain.plan import Dependency, Mount, Plan
from tests.unit.domain.compose.planning import plan, refused

TEXT = """
services:
  web:
    image: web
    volumes: ["own:/own"]
    volumes_from: {written}
  db: {{image: db, volumes: ["data:/data", "cache:/own"], tmpfs: /run}}
volumes: {{own: , data: , cache: }}
"""


def planned(written: str) -> Plan:
    return plan(TEXT.format(written=written))


@pytest.mark.parametrize(
    ("written", "read_only"),
    [("[db]", False), ("db", False), ("['db:rw']", False), ("['db:ro']", True)],
)
def test_volumes_of_another_service_are_shared_and_own_ones_win(
    written: str, read_only: bool
) -> None:
    db, web = planned(written).services

    assert (db.name, web.depends_on) == ("db", (Dependency("db"),))
    assert web.mounts == (
        Mount("volume", "own", "/own"),
        Mount("volume", "data", "/data", read_only=read_only),
    )


def test_volumes_are_shared_along_a_chain() -> None:
    found = plan("""
        services:
          c: {image: x, volumes_from: [b]}
          b: {image: x, volumes_from: [a]}
          a: {image: x, volumes: [/data]}
        """)

    assert [one.mounts for one in found.services] == [
        (Mount("volume", "a.anonymous_data", "/data"),)
    ] * 3


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("[nobody]", "unknown_dependency"),
        ("[web]", "dependency_cycle"),
        ("['container:db']", "external"),
        ("{db: ro}", "wrong_type"),
    ],
)
def test_service_that_is_not_there_shares_nothing(written: str, rule: str) -> None:
    error = refused(TEXT.format(written=written))

    assert (error.rule, error.line) == (rule, 6)


def test_alias_of_a_link_must_be_a_host_name() -> None:
    error = refused("services: {a: {image: x, links: ['b:b c']}, b: {image: x}}")

    assert (error.rule, error.line) == ("bad_network", 1)


def test_service_with_a_profile_runs_when_its_volumes_are_needed() -> None:
    found = plan(
        "services: {a: {image: x, volumes_from: [b]}, b: {image: x, profiles: [p], volumes: [/d]}}"
    )

    assert [one.name for one in found.services] == ["b", "a"]
