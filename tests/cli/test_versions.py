"""Bringing an app to a later version by command: what it changes and risks is told first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests import factories
from tests.cli.conftest import COMPOSE, MEMBER, Command
from tests.world import World


@pytest.fixture(scope="module")
def app(house: World, node: str) -> str:
    """The name of an app whose template has a version that renames its volume."""
    template = factories.template(house, name="Growing", compose_spec=COMPOSE)
    given = {"name": "growing", "template_id": template, "node_id": node}
    house.call("POST", "/deployments", given, user=MEMBER)
    renamed: dict[str, Any] = {
        "version": "2.0.0",
        "compose_spec": COMPOSE.replace("data:/data", "files:/data").replace(
            "data: {}", "files: {}"
        ),
    }
    path = f"/templates/{template}/versions"
    made = house.call("POST", path, renamed, user="creator", kind="template_versions")
    assert made.status == 201, made.body
    return "growing"


def test_risk_for_data_is_told_and_asked_about(hoster: Command, app: str) -> None:
    said = hoster("update", app)

    assert said.status == 2
    assert "growing: 1.0.0 → 2.0.0" in said.err
    assert "! web: " in said.err
    assert "Say --yes" in said.err
    shown = json.loads(hoster("app", "show", app, "--json").out)["data"]["attributes"]
    assert shown["template_version"] == "1.0.0"


def test_version_is_taken_and_then_there_is_nothing_to_change(hoster: Command, app: str) -> None:
    taken = hoster("update", app, "--to", "2.0.0", "--yes")

    assert taken.status == 0, taken.err
    assert "growing is changed; it is pending." in taken.err
    assert "(nothing_to_change)" in hoster("update", app, "--to", "2.0.0").err
    unknown = hoster("update", app, "--to", "9.9.9")
    assert (unknown.status, "(not_found)" in unknown.err) == (3, True)


def test_value_goes_back_to_its_default(hoster: Command, app: str) -> None:
    assert hoster("update", app, "--set", "GREETING=bye").status == 0
    assert hoster("update", app, "--unset", "GREETING").status == 0

    shown = json.loads(hoster("app", "show", app, "--json").out)["data"]["attributes"]
    assert shown["variables"] == {"GREETING": "hello"}


def test_value_that_the_template_lacks_is_refused_by_its_name(hoster: Command, app: str) -> None:
    said = hoster("update", app, "--set", "COLOUR=red")

    assert said.status == 4
    assert said.err.startswith("✗ variables/COLOUR: ")
