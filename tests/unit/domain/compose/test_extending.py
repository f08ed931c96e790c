"""Services that extend others of the same text."""

from __future__ import annotations

import pytest

from chalicelib.domain.plan import Port, Service
from tests.unit.domain.compose.planning import plan, refused

BASE = """
services:
  base:
    image: base:1
    command: [base, one]
    environment: {A: base, B: base}
    labels: [team=base, kind=base]
    ports: ["80"]
    volumes: ["one:/data", "two:/keep"]
    healthcheck: {test: [CMD, base], interval: 5s}
    deploy: {resources: {limits: {cpus: 1, memory: 64m}}}
  web:
    extends: base
volumes: {one: , two: , three: }
"""


def web(lines: str = "") -> Service:
    planned = plan(BASE.replace("    extends: base\n", f"    extends: base\n    {lines}\n"))
    return next(one for one in planned.services if one.name == "web")


@pytest.mark.parametrize("extends", ["base", "{service: base}"])
def test_all_is_inherited(extends: str) -> None:
    planned = plan(BASE.replace("extends: base", f"extends: {extends}"))

    base, heir = planned.services
    assert {**heir.__dict__, "name": "base"} == base.__dict__
    assert planned.ignored == ("volumes.three",)


def test_own_values_win() -> None:
    assert web("image: own:2").image == "own:2"


def test_commands_and_tests_are_replaced_and_other_lists_appended() -> None:
    heir = web("command: [own]\n    ports: ['81']")

    assert heir.command == ("own",)
    assert heir.ports == (Port(80), Port(81))


def test_test_of_a_health_check_is_replaced_and_its_times_kept() -> None:
    check = web("healthcheck: {test: [CMD, own]}").health_check

    assert check is not None
    assert (check.test, check.interval) == (("CMD", "own"), 5)


@pytest.mark.parametrize("own", ["{B: own, C: own}", "[B=own, C=own]"])
def test_environments_are_joined_whatever_their_forms(own: str) -> None:
    assert dict(web(f"environment: {own}").environment) == {"A": "base", "B": "own", "C": "own"}


def test_labels_are_joined_by_name() -> None:
    assert dict(web("labels: [team=own]").labels) == {"team": "own", "kind": "base"}


def test_maps_within_maps_are_joined() -> None:
    heir = web("deploy: {resources: {limits: {memory: 128m}}}")

    assert (heir.cpus, heir.memory_mb) == (1, 128)


@pytest.mark.parametrize("own", ["'three:/data'", "{source: three, target: /data}"])
def test_of_two_mounts_onto_one_path_the_own_one_stays(own: str) -> None:
    mounts = web(f"volumes: [{own}]").mounts

    assert {mount.target: mount.source for mount in mounts} == {"/data": "three", "/keep": "two"}


def test_name_without_value_in_a_list_still_takes_the_variable() -> None:
    planned = plan(BASE.replace("extends: base", "extends: base\n    environment: [V]"), V="given")

    assert dict(planned.services[1].environment)["V"] == "given"


def test_chain_is_followed_to_its_end() -> None:
    planned = plan("""
        services:
          c: {extends: b, environment: {C: 3}}
          b: {extends: a, environment: {B: 2}}
          a: {image: x, environment: {A: 1}, profiles: [none]}
        """)

    assert dict(planned.services[0].environment) == {"A": "1", "B": "2", "C": "3"}


@pytest.mark.parametrize(
    ("extends", "rule"),
    [
        ("nobody", "bad_extends"),
        ("web", "bad_extends"),
        ("", "bad_extends"),
        ("''", "bad_extends"),
        ("{}", "bad_extends"),
        ("{service: }", "bad_extends"),
        ("[base]", "wrong_type"),
        ("{service: [base]}", "wrong_type"),
    ],
)
def test_extending_what_cannot_be_is_refused(extends: str, rule: str) -> None:
    error = refused(BASE.replace("extends: base", f"extends: {extends}"))

    assert (error.rule, error.line) == (rule, 13)
    assert "services.web.extends" in error.detail


def test_circle_is_refused() -> None:
    error = refused("services:\n  a: {image: x, extends: b}\n  b: {image: x, extends: a}")

    assert error.rule == "bad_extends"
    assert error.line in {2, 3}


@pytest.mark.parametrize(
    "lines",
    [
        "volumes: [[x]]",
        "volumes: [{source: one}]",
        "environment: [[x]]",
        "labels: {a: []}",
        "ports: {}",
    ],
)
def test_shapes_that_cannot_be_joined_are_left_to_their_reader(lines: str) -> None:
    error = refused(BASE.replace("extends: base", f"extends: base\n    {lines}"))

    assert error.rule in {"wrong_type", "bad_volume"}


def test_list_items_that_came_from_variables_are_not_told() -> None:
    planned = plan(
        BASE.replace("extends: base", "extends: base\n    environment: ['$S']"), S="hunter22"
    )

    assert "hunter22" not in str(planned.ignored)
