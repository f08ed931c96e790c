"""Names that people give to their things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.hostnames import LABEL, label_from
from chalicelib.resources.names import LongerName, Name

NAME: TypeAdapter[str] = TypeAdapter(Name)


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("my-app", "my-app"),
        ("  My App (2) ", "My App (2)"),
        (
            "Größe 日本 \U0001f468\u200d\U0001f469\u200d\U0001f467",
            "Größe 日本 \U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        ("x" * 100, "x" * 100),
    ],
)
def test_any_line_is_a_name(given_name: str, name: str) -> None:
    assert NAME.validate_python(given_name) == name


@pytest.mark.parametrize(
    "refused",
    [
        "",
        "   ",
        "\t\n",
        "a\nb",
        "a\0b",
        "a\x7fb",
        "a\u2028b",
        "a\u202eb",
        "\u2066a",
        "x" * 101,
        5,
        None,
    ],
)
def test_what_is_no_line_is_no_name(refused: object) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(refused)


def test_longer_name_has_three_signs() -> None:
    longer: TypeAdapter[str] = TypeAdapter(LongerName)

    assert longer.validate_python("abc") == "abc"
    with pytest.raises(ValidationError):
        longer.validate_python(" ab ")


@given(st.text(max_size=120))
def test_every_name_stays_as_it_is_and_gives_a_host_name(text: str) -> None:
    try:
        name = NAME.validate_python(text)
    except ValidationError:
        return

    assert NAME.validate_python(name) == name
    assert name.isprintable() or not set(name) & set("\n\r\0")
    assert LABEL.fullmatch(label_from(name))
