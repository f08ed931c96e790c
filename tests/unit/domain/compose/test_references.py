"""Variables that a text refers to."""

from __future__ import annotations

import pytest

from chalicelib.domain.compose import compose_variables
from chalicelib.domain.compose.interpolation import Reference
from chalicelib.domain.errors import InvalidPlan


def test_references_are_listed_in_the_texts_order_with_nested_ones_after_their_outer() -> None:
    text = """
services:
  web:
    image: nginx:${TAG:-latest}
    command: [run, $$NO, "$ONE-${TWO:?need ${THREE}}"]
    environment: {$KEY: $TAG}
"""

    assert compose_variables(text) == (
        Reference("TAG", ":-", ("latest",)),
        Reference("ONE"),
        Reference("TWO", ":?", ("need ", Reference("THREE"))),
        Reference("THREE"),
        Reference("TAG"),
    )


def test_malformed_reference_is_told_with_its_line_unless_lenient() -> None:
    text = "a: b\nc: ${1}\n"

    with pytest.raises(InvalidPlan) as caught:
        compose_variables(text)

    assert (caught.value.rule, caught.value.line) == ("bad_interpolation", 2)
    assert compose_variables(text, lenient=True) == ()
