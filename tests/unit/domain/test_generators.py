"""Values made for variables."""

from __future__ import annotations

import random
import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.generators import generated
from chalicelib.domain.variables import GENERATORS, Generator


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("base64", r"[A-Za-z0-9+/]{20}"),
        ("hex", r"[0-9a-f]{20}"),
        ("password", r"[A-Za-z0-9]{20}"),
        ("username", r"[a-z][a-z0-9]{19}"),
    ],
)
@given(seed=st.integers(0, 10**6))
def test_value_has_its_kinds_letters_and_length(kind: str, pattern: str, seed: int) -> None:
    value = generated(Generator(kind, 20), random.Random(seed).randrange)

    assert re.fullmatch(pattern, value)


def test_uuid_is_a_random_one() -> None:
    value = uuid.UUID(generated(Generator("uuid", 20), random.Random(1).randrange))

    assert (value.version, value.variant) == (4, uuid.RFC_4122)


@pytest.mark.parametrize("kind", sorted(GENERATORS))
def test_every_kind_is_made_and_differs(kind: str) -> None:
    source = random.Random(7)

    made = {generated(Generator(kind, 16), source.randrange) for _ in range(50)}

    assert len(made) == 50
