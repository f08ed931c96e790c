"""Values made up for what a deployer would have to give."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.errors import Invalid
from chalicelib.domain.generated_inputs import inputs_for
from chalicelib.domain.variables import parse_definitions, resolve


def made(**definition: Any) -> dict[str, str]:
    definitions = parse_definitions([{"name": "X", "required": True, **definition}])
    found = inputs_for(definitions)
    assert resolve(definitions, found, lambda _d: "generated").keys() == {"X"}
    return found


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"validation": r"[^@]+@[^@]+\.[a-z]+"},
        {"validation": "[A-Z][a-z]+[0-9]"},
        {"type": "secret", "validation": ".{20,}"},
        {"type": "integer", "validation": "[1-9][0-9]{3}"},
        {"type": "boolean"},
        {"type": "domain"},
        {"type": "enum", "options": ["red", "green"]},
    ],
)
def test_required_variable_gets_a_value_that_fits(definition: dict[str, Any]) -> None:
    assert made(**definition).keys() == {"X"}


@pytest.mark.parametrize(
    "definition", [{"default": "there"}, {"generator": "password"}, {"required": False}]
)
def test_nothing_is_made_up_where_something_is_known(definition: dict[str, Any]) -> None:
    [one] = parse_definitions([{"name": "X", "required": True, **definition}])

    assert inputs_for([one]) == {}


def test_every_variable_that_nothing_fits_is_named() -> None:
    patterns = [
        {"name": name, "required": True, "validation": "[a-z]{3}-[0-9]{9}"} for name in ("A", "B")
    ]

    with pytest.raises(Invalid) as refused:
        inputs_for(parse_definitions(patterns))

    assert [fault.code for fault in refused.value.faults] == ["needs_a_value"] * 2
    assert "A" in refused.value.faults[0].detail
