"""Which variables a text wants, and what they seem to be."""

from __future__ import annotations

import pytest

from chalicelib.domain.compose.wanted import Use, Wanted, wanted_variables
from tests.unit.domain.compose.planning import web


def wanted(lines: str) -> dict[str, Wanted]:
    return {one.name: one for one in wanted_variables(web(lines), lenient=True)}


@pytest.mark.parametrize(
    ("written", "required", "default"),
    [
        ("$X", False, None),
        ("${X}", False, None),
        ("${X:?why}", True, None),
        ("${X?}", True, None),
        ("${X:-d}", False, "d"),
        ("${X-}", False, ""),
        ("${X:-a-${Y:-b}}", False, "a-b"),
        ("${X:-d}${X}${X:?}", True, "d"),
    ],
)
def test_operator_says_whether_a_value_is_needed(
    written: str, required: bool, default: str | None
) -> None:
    found = wanted(f"user: '{written}'")["X"]

    assert (found.required, found.default) == (required, default)


def test_uses_are_told_with_their_keys_and_what_stands_before() -> None:
    found = wanted("ports: ['${A}:80', {target: $B}]\nvolumes: ['data:${C}']\nuser: ${D:+x$E}")

    assert found["A"].uses == (Use("web", "ports", "", alone=False),)
    assert found["B"].uses == (Use("ports", "target", "", alone=True),)
    assert found["C"].uses == (Use("web", "volumes", "data:", alone=False),)
    assert (found["D"].uses, found["E"].uses) == ((), ())


@pytest.mark.parametrize(
    "lines", ["environment: [NAME]", "environment: {NAME: }", "environment: {NAME: ~}"]
)
def test_name_without_value_is_a_variable(lines: str) -> None:
    assert wanted(lines)["NAME"] == Wanted("NAME", False, None, wanted(lines)["NAME"].uses)


def test_variable_of_a_config_is_one() -> None:
    text = web("environment: {A: b}") + "\nconfigs: {c: {environment: NAME}}"

    assert [one.name for one in wanted_variables(text)] == ["NAME"]


def test_what_compose_itself_knows_and_what_is_no_name_is_not_wanted() -> None:
    assert wanted("volumes: ['$PWD/x:/x']\nenvironment: ['a b', A=1, 5]\nlabels: [NAME]") == {}


def test_shared_values_are_placed_where_services_have_them() -> None:
    text = "x-ports: &ports ['$P']\nservices: {web: {image: x, ports: *ports}}"

    assert wanted_variables(text)[0].uses == (Use("web", "ports", "", alone=True),)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("${DB_PASSWORD}", "secret"),
        ("${SECRET_KEY_BASE:-x}", "secret"),
        ("${API_KEY}", "secret"),
        ("${JWT_TOKEN}", "secret"),
        ("${PUBLIC_KEY}", "string"),
        ("${SECRET_FILE}", "string"),
        ("${TOKEN_TTL:-5}", "integer"),
        ("${WEB_PORT}", "integer"),
        ("${WORKERS:-4}", "integer"),
        ("${DEBUG:-False}", "boolean"),
        ("${KEYBOARD:-us}", "string"),
        ("${NAME:-app}", "string"),
    ],
)
def test_type_is_told_by_name_and_default(written: str, kind: str) -> None:
    (found,) = wanted(f"user: '{written}'").values()

    assert found.type == kind
