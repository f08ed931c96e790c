"""Merge keys with what catalogues merge, and the tags `!reset` and `!override`."""

from __future__ import annotations

import pytest

from chalicelib.domain.plan import Port, Service
from tests.unit.domain.compose.planning import plan, refused


def test_merged_list_stands_for_its_map() -> None:
    found = plan("""
        x-volumes: &volumes ["a:/a", "b:/b"]
        services:
          web: {image: x, volumes: {<<: *volumes}}
        volumes: {a: , b: }
        """)

    assert [mount.source for mount in found.services[0].mounts] == ["a", "b"]


def test_merged_list_of_pairs_is_the_map_that_it_means() -> None:
    found = plan(
        """
        x-env: &env [A=1, "B=$V", B2=x=y]
        services:
          web: {image: x, environment: {<<: *env, A: 2}}
        """,
        V="given",
    )

    assert dict(found.services[0].environment) == {"A": "2", "B": "given", "B2": "x=y"}


@pytest.mark.parametrize("merged", ["5", "[a, b]", "[5, {}]", "['$V=1']"])
def test_what_cannot_be_merged_is_refused(merged: str) -> None:
    error = refused(f"services:\n  web: {{image: x, labels: {{a: b, <<: {merged}}}}}")

    assert (error.rule, error.line) == ("wrong_type", 2)


BASE = """
x-base: &base {{tty: true, init: true}}
services:
  base:
    image: base
    ports: [80]
    environment: {{A: 1, B: 2}}
    healthcheck: {{test: x}}
  web:
    extends: base
    <<: *base
    {lines}
"""


def heir(lines: str) -> Service:
    return plan(BASE.format(lines=lines)).services[1]


def test_reset_takes_out_what_is_inherited() -> None:
    found = heir("ports: !reset []\n    environment: {A: !reset null, C: 3}\n    tty: !reset false")

    assert (found.ports, dict(found.environment)) == ((), {"B": "2", "C": "3"})
    assert (found.tty, found.init) == (False, True)


def test_override_replaces_what_is_inherited() -> None:
    found = heir("ports: !override [81]\n    environment: !override {C: 3}")

    assert (found.ports, dict(found.environment)) == ((Port(81),), {"C": "3"})


def test_tags_without_anything_to_inherit_are_plain() -> None:
    found = plan("services: {web: {image: !override x, user: !reset a, expose: [!reset 1, 2]}}")

    (only,) = found.services
    assert (only.image, only.user) == ("x", None)
    assert found.route is not None
    assert found.route.port == 2


def test_reset_of_a_refused_key_hides_nothing_else() -> None:
    assert plan("services: {web: {image: x, privileged: !reset true}}").services
    assert refused("services: {web: {image: x, privileged: !override true}}").rule == "privileged"


@pytest.mark.parametrize(
    ("base", "own", "found"),
    [
        ("networks: [a]", "networks: {b: {aliases: [x]}}", {"default", "b"}),
        ("networks: {a: }", "networks: [a, b]", {"default", "b"}),
    ],
)
def test_lists_and_maps_of_names_are_joined(base: str, own: str, found: set[str]) -> None:
    planned = plan(
        f"networks: {{a: , b: }}\n"
        f"services:\n  base: {{image: x, {base}}}\n  web: {{extends: base, {own}}}\n"
    )

    web = next(one for one in planned.services if one.name == "web")
    assert {one.network for one in web.networks} == found
