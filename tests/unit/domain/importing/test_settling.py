"""What ends a draft: versions, addresses, types that keep defaults, and texts with too many."""

from __future__ import annotations

import pytest
import yaml
from yaml.nodes import MappingNode

from chalicelib.domain.importing.settling import definition, settled, template_version, web_links
from chalicelib.domain.variables import MAX_DEFINITIONS, MAX_VALUE


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.2.3", "1.2.3"),
        ("v1.2.3-rc.1", "1.2.3-rc.1"),
        ("2.4", "2.4.0"),
        ("v3", "3.0.0"),
        ("2025.08.01", "2025.8.1"),
        ("33-apache", "1.0.0"),
        ("latest", "1.0.0"),
        ("", "1.0.0"),
    ],
)
def test_a_version_is_completed_or_the_first(text: str, version: str) -> None:
    assert template_version(text) == version


def test_only_addresses_of_the_web_are_links() -> None:
    found = {"a": " https://a.example ", "b": "javascript:alert(1)", "c": None, "d": "logo.svg"}

    assert web_links(found) == {"a": "https://a.example"}


@pytest.mark.parametrize(
    ("name", "default", "kind"),
    [
        ("WORKERS", "4", "integer"),
        ("MODE", "0644", "string"),
        ("DEBUG", "true", "boolean"),
        ("DEBUG", "True", "string"),
        ("DB_PASSWORD", "x", "secret"),
        ("HTTP_PORT", None, "integer"),
    ],
)
def test_a_type_never_changes_a_default(name: str, default: str | None, kind: str) -> None:
    made = definition(name, default)

    assert (made.type, made.default) == (kind, default)


def root_of(text: str) -> MappingNode:
    root = yaml.compose(text)
    assert isinstance(root, MappingNode)
    return root


def test_defaults_beyond_what_a_template_holds_are_written_in() -> None:
    names = [f"V{number}" for number in range(MAX_DEFINITIONS + 3)]
    lines = "".join(f"      {name}: ${{{name}:-other}}\n" for name in names)
    root = root_of(f"services:\n  a:\n    image: x\n    environment:\n{lines}")

    text, found = settled(root, [definition(name, f"${name}") for name in names], [])

    environment = yaml.safe_load(text)["services"]["a"]["environment"]
    assert len(found) == MAX_DEFINITIONS
    assert environment[names[0]] == f"${{{names[0]}:-other}}"
    assert environment[names[-1]] == f"$${names[-1]}"


def test_a_default_that_is_too_long_for_a_value_is_written_in() -> None:
    root = root_of("services: {a: {image: x, environment: {A: '${A}', B: '${A:+is set}'}}}")

    text, found = settled(root, [definition("A", "x" * (MAX_VALUE + 1))], [])

    environment = yaml.safe_load(text)["services"]["a"]["environment"]
    assert (found, environment["B"], len(environment["A"])) == ((), "is set", MAX_VALUE + 1)
