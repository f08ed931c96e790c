"""Template variables: definitions read whole, and values decided."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Invalid
from chalicelib.domain.variables import (
    MAX_DEFINITIONS,
    MAX_OPTIONS,
    MAX_VALUE,
    Definition,
    Generator,
    check_value,
    parse_definitions,
    resolve,
)


def define(**item: Any) -> Definition:
    (only,) = parse_definitions([{"name": "A", **item}])
    return only


def faults(*items: Any) -> dict[str, str]:
    """Read definitions that are wrong and give each fault's text by its pointer."""
    with pytest.raises(Invalid) as caught:
        parse_definitions(items)
    root = "/data/attributes/variables"
    return {fault.pointer.removeprefix(root): fault.detail for fault in caught.value.faults}


def unwanted(definition: Definition) -> str:
    raise AssertionError(f"{definition.name} was generated")


def decide(definition: Definition, **given: object) -> dict[str, str]:
    return resolve([definition], given, unwanted)


def refusal(definition: Definition, **given: object) -> str:
    with pytest.raises(Invalid) as caught:
        decide(definition, **given)
    (fault,) = caught.value.faults
    return fault.detail


def test_bare_definition_is_an_optional_string() -> None:
    assert define() == Definition("A")


def test_whole_definition_is_read() -> None:
    found = define(
        type="enum",
        label="Size",
        description="How large",
        default="m",
        required=True,
        options=["s", "m", 5, True],
        validation="[a-z0-9]+",
    )

    assert found == Definition(
        *("A", "enum", "Size", "How large", "m", True, ("s", "m", "5", "true"), "[a-z0-9]+")
    )


@pytest.mark.parametrize(
    ("given_type", "type_"),
    [
        ("password", "secret"),
        ("number", "integer"),
        ("boolean", "boolean"),
        ("domain", "domain"),
        ("secret", "secret"),
    ],
)
def test_other_names_of_types_are_taken(given_type: str, type_: str) -> None:
    assert define(type=given_type).type == type_


def test_select_is_an_enum() -> None:
    assert define(type="select", options=["a"]).type == "enum"


@pytest.mark.parametrize(
    ("generator", "read"),
    [
        (None, None),
        ("hex", Generator("hex", 32)),
        ({}, Generator("password", 32)),
        ({"kind": "uuid"}, Generator("uuid", 32)),
        ({"kind": "base64", "length": 8}, Generator("base64", 8)),
        ({"length": 256}, Generator("password", 256)),
    ],
)
def test_generator_is_read(generator: object, read: Generator | None) -> None:
    assert define(type="secret", generator=generator).generator == read


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        ("A", "/0"),
        (None, "/0"),
        ([], "/0"),
        ({}, "/0/name"),
        ({"name": ""}, "/0/name"),
        ({"name": 5}, "/0/name"),
        ({"name": "1A"}, "/0/name"),
        ({"name": "A-B"}, "/0/name"),
        ({"name": "A\n"}, "/0/name"),
        ({"name": "Ä"}, "/0/name"),
        ({"name": "A" * 129}, "/0/name"),
        ({"name": "A", "type": "text"}, "/0/type"),
        ({"name": "A", "type": None}, "/0/type"),
        ({"name": "A", "type": ["string"]}, "/0/type"),
        ({"name": "A", "label": 5}, "/0/label"),
        ({"name": "A", "label": "x" * 201}, "/0/label"),
        ({"name": "A", "description": "x" * 2001}, "/0/description"),
        ({"name": "A", "required": "yes"}, "/0/required"),
        ({"name": "A", "required": 1}, "/0/required"),
        ({"name": "A", "hidden": True}, "/0/hidden"),
        ({"name": "A", "type": "enum"}, "/0/options"),
        ({"name": "A", "type": "enum", "options": []}, "/0/options"),
        ({"name": "A", "type": "enum", "options": "a"}, "/0/options"),
        ({"name": "A", "type": "enum", "options": ["a", "a"]}, "/0/options"),
        ({"name": "A", "type": "enum", "options": ["a", ""]}, "/0/options"),
        ({"name": "A", "type": "enum", "options": ["a", ["b"]]}, "/0/options"),
        ({"name": "A", "type": "enum", "options": ["1", 1]}, "/0/options"),
        ({"name": "A", "type": "enum", "options": list(range(MAX_OPTIONS + 1))}, "/0/options"),
        ({"name": "A", "options": {"a": 1}}, "/0/options"),
        ({"name": "A", "validation": "("}, "/0/validation"),
        ({"name": "A", "validation": "(a+)+"}, "/0/validation"),
        ({"name": "A", "validation": 5}, "/0/validation"),
        ({"name": "A", "type": "integer", "generator": "hex"}, "/0/generator"),
        ({"name": "A", "generator": 5}, "/0/generator"),
        ({"name": "A", "generator": "dice"}, "/0/generator"),
        ({"name": "A", "generator": {"kind": ["hex"]}}, "/0/generator"),
        ({"name": "A", "generator": {"sides": 6}}, "/0/generator"),
        ({"name": "A", "generator": {"length": 7}}, "/0/generator"),
        ({"name": "A", "generator": {"length": 257}}, "/0/generator"),
        ({"name": "A", "generator": {"length": True}}, "/0/generator"),
        ({"name": "A", "generator": {"length": "8"}}, "/0/generator"),
        ({"name": "A", "type": "integer", "default": "x"}, "/0/default"),
        ({"name": "A", "type": "boolean", "default": "perhaps"}, "/0/default"),
        ({"name": "A", "type": "enum", "options": ["a"], "default": "b"}, "/0/default"),
        ({"name": "A", "type": "domain", "default": "localhost"}, "/0/default"),
        ({"name": "A", "validation": "[a-z]+", "default": "1"}, "/0/default"),
        ({"name": "A", "default": ["x"]}, "/0/default"),
        ({"name": "A", "default": float("nan")}, "/0/default"),
        ({"name": "A", "default": "x" * (MAX_VALUE + 1)}, "/0/default"),
    ],
)
def test_fault_of_a_definition_is_told_where_it_is(item: object, pointer: str) -> None:
    told = faults(item)

    assert list(told) == [pointer]
    assert told[pointer].endswith(".")


def test_every_fault_of_every_definition_is_told() -> None:
    told = faults(
        {"name": "1", "type": "x", "required": 5},
        {"name": "B"},
        {"name": "B", "label": 5},
    )

    assert set(told) == {"/0/name", "/0/type", "/0/required", "/2/label", "/2/name"}
    assert told["/2/name"] == "The variable B is defined twice."


def test_definitions_have_a_bound() -> None:
    many = [{"name": f"V{number}"} for number in range(MAX_DEFINITIONS + 1)]

    assert len(parse_definitions(many[1:])) == MAX_DEFINITIONS
    assert list(faults(*many)) == [""]


def test_empty_default_of_a_required_variable_is_none() -> None:
    assert define(required=True, default="").default is None
    assert define(default="").default == ""


@pytest.mark.parametrize(
    ("item", "value", "text"),
    [
        ({}, "x", "x"),
        ({}, 5, "5"),
        ({}, 5.0, "5"),
        ({}, 5.5, "5.5"),
        ({}, True, "true"),
        ({}, "", ""),
        ({"type": "integer"}, "5", "5"),
        ({"type": "integer"}, 5, "5"),
        ({"type": "integer"}, 5.0, "5"),
        ({"type": "integer"}, " +007 ", "7"),
        ({"type": "integer"}, "-3", "-3"),
        ({"type": "boolean"}, True, "true"),
        ({"type": "boolean"}, "Yes", "true"),
        ({"type": "boolean"}, 1, "true"),
        ({"type": "boolean"}, "off", "false"),
        ({"type": "boolean"}, False, "false"),
        ({"type": "enum", "options": ["a", "5"]}, 5, "5"),
        ({"type": "domain"}, "App.Example.com.", "app.example.com"),
        ({"type": "secret"}, "s3cret", "s3cret"),
        ({"validation": "[a-z]{3}"}, "abc", "abc"),
        ({"type": "integer", "validation": "[0-9]{2}"}, "012", "12"),
        ({"type": "integer"}, "", ""),
    ],
)
def test_value_becomes_a_text_of_its_type(
    item: dict[str, object], value: object, text: str
) -> None:
    assert decide(define(**item), A=value) == {"A": text}


@pytest.mark.parametrize(
    ("item", "value", "words"),
    [
        ({}, ["x"], "must be a text"),
        ({}, {"x": 1}, "must be a text"),
        ({}, float("inf"), "finite"),
        ({}, "a\0b", "NUL"),
        ({}, "a\ud800b", "half of a character"),
        ({}, "x" * (MAX_VALUE + 1), "longer than"),
        ({"type": "integer"}, "5.5", "whole number"),
        ({"type": "integer"}, "٣", "whole number"),
        ({"type": "integer"}, "1e3", "whole number"),
        ({"type": "integer"}, "9" * 19, "whole number"),
        ({"type": "integer"}, True, "whole number"),
        ({"type": "boolean"}, "2", "true or false"),
        ({"type": "enum", "options": ["a", "b"]}, "c", "one of a, b"),
        ({"type": "domain"}, "localhost", "host name"),
        ({"type": "domain"}, "a\n.example.com", "host name"),
        ({"validation": "[a-z]{3}"}, "abcd", r"does not match [a-z]{3}"),
        ({"validation": "[a-z]{3}"}, "abc\n", r"does not match"),
        ({"required": True}, "", "needs a value"),
        ({"required": True}, None, "needs a value"),
    ],
)
def test_value_that_does_not_fit_is_told_with_the_label_and_without_the_value(
    item: dict[str, object], value: object, words: str
) -> None:
    detail = refusal(define(label="The Thing", **item), A=value)

    assert detail.startswith("The Thing ")
    assert words in detail


def test_secret_value_is_never_told() -> None:
    detail = refusal(define(type="secret", validation="[a-z]+"), A="HUNTER22")

    assert "HUNTER22" not in detail


def test_missing_values_are_generated_or_defaulted_or_left_out() -> None:
    definitions = parse_definitions(
        [
            {"name": "GIVEN", "default": "no"},
            {"name": "NULL", "default": "fallback"},
            {"name": "MADE", "type": "secret", "generator": "hex", "default": "no"},
            {"name": "EMPTY_MADE", "type": "secret", "generator": "hex"},
            {"name": "EMPTY_REQUIRED", "required": True, "default": "fallback"},
            {"name": "DEFAULTED", "default": 5},
            {"name": "ABSENT"},
            {"name": "EMPTY"},
        ]
    )
    given = {"GIVEN": "g", "NULL": None, "EMPTY_MADE": "", "EMPTY_REQUIRED": "", "EMPTY": ""}

    values = resolve(definitions, given, lambda definition: f"made {definition.name}")

    assert values == {
        "GIVEN": "g",
        "NULL": "fallback",
        "MADE": "made MADE",
        "EMPTY_MADE": "made EMPTY_MADE",
        "EMPTY_REQUIRED": "fallback",
        "DEFAULTED": "5",
        "EMPTY": "",
    }


def test_unknown_and_faulty_values_are_all_told_with_escaped_pointers() -> None:
    definitions = [define(required=True)]

    with pytest.raises(Invalid) as caught:
        resolve(definitions, {"x/y~z": 1, "B" * 500: 1}, unwanted)

    root = "/data/attributes/variables"
    assert {(fault.pointer, fault.code) for fault in caught.value.faults} == {
        (f"{root}/x~1y~0z", "unknown"),
        (f"{root}/{'B' * 128}", "unknown"),
        (f"{root}/A", "required"),
    }


def test_only_secrets_are_secret() -> None:
    definitions = parse_definitions(
        [{"name": "A", "type": "password"}, {"name": "B"}, {"name": "C", "type": "secret"}]
    )

    assert [one.name for one in definitions if one.is_secret] == ["A", "C"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
KEYS = ["name", "type", "label", "default", "required", "options", "validation", "generator"]
TYPES = st.sampled_from(["string", "secret", "integer", "boolean", "enum", "domain"])


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), JSON | TYPES) | JSON, max_size=3))
def test_any_definitions_are_read_or_told(items: list[Any]) -> None:
    try:
        found = len(parse_definitions(items))
    except Invalid as error:
        found = len(items) if error.faults else -1

    assert found == len(items)


@given(TYPES, JSON)
def test_any_value_becomes_a_text_that_stays_as_it_is_or_is_told(type_: Any, value: object) -> None:
    definition = Definition("A", type_, options=("a", "b"))
    try:
        text = check_value(definition, value)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - both outcomes are right, a crash is not
        return

    assert check_value(definition, text) == text
    text.encode()
