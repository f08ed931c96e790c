"""The bill of materials: all that is shipped, in a form that others read, under known licences."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from infra.packaging import licences
from infra.packaging.lock import listed, normal
from infra.packaging.materials import PART, bill
from infra.packaging.materials import listed as table
from infra.packaging.template import LAYERS, ROOT

Json = dict[str, Any]


@pytest.fixture(scope="module")
def made() -> Json:
    return bill()


@pytest.mark.timeout(240)
def test_bill_is_cyclonedx(made: Json) -> None:
    assert not JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(made))


def test_bill_is_the_same_each_time(made: Json) -> None:
    assert bill() == made


@pytest.mark.parametrize("layer", LAYERS)
def test_bill_holds_each_package_of_a_layer(made: Json, layer: str) -> None:
    part = {"name": PART, "value": f"layers/{layer}.zip"}
    held = {
        f"{normal(one['name'])}=={one['version']}"
        for one in made["components"]
        if part in one["properties"]
    }

    pinned = listed(ROOT / f"infra/packaging/layers/{layer}.txt")
    assert held == {f"{normal(pin.partition('==')[0])}=={pin.partition('==')[2]}" for pin in pinned}


def test_bill_holds_what_the_web_app_asks_for_and_not_what_builds_it(made: Json) -> None:
    asked = json.loads((ROOT / "web/package.json").read_text())
    names = {one["name"] for one in made["components"]}

    assert asked["dependencies"].keys() <= names
    assert not {"vite", "eslint", "typescript"} & names


def test_licence_of_everything_shipped_is_allowed(made: Json) -> None:
    assert licences.refused(made["components"]) == {}


def test_allowed_licence_is_one_that_something_has(made: Json) -> None:
    said = " ".join(name for one in made["components"] for name in licences.of(one))

    assert [name for name in licences.ALLOWED if name not in said] == []


def test_each_package_stands_in_the_table_of_licences(made: Json) -> None:
    text = table(made["components"])

    assert all(f"{one['name']} {one['version']}" in text for one in made["components"])


@pytest.mark.parametrize(
    ("said", "is_allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("AGPL-3.0-only", False),
        ("Apache-2.0 WITH LLVM-exception", False),
        ("Whatever", False),
        ("", False),
    ],
)
def test_licence_must_leave_an_allowed_choice(said: str, is_allowed: bool) -> None:
    component: Json = {"name": "some", "version": "1", "licenses": [{"expression": said}]}

    assert (licences.refused([component]) == {}) is is_allowed


def test_package_without_a_licence_is_refused() -> None:
    assert licences.refused([{"name": "some", "version": "1"}]) == {"some 1": ()}
