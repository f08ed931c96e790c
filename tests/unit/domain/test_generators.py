"""Values made for variables."""

from __future__ import annotations

import base64
import random
import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.generators import generated
from chalicelib.domain.variables import GENERATORS, Generator

NOW = 1_767_225_600_123
"""Milliseconds since 1970."""


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("base64", r"[A-Za-z0-9+/]{20}"),
        ("base64_bytes", r"[A-Za-z0-9+/]{27}="),
        ("email", r"[a-z][a-z0-9]{19}@example\.com"),
        ("symbols", r"[A-Za-z0-9!#%*+,.:=?@^_~-]{20}"),
        ("hex", r"[0-9a-f]{20}"),
        ("password", r"[A-Za-z0-9]{20}"),
        ("username", r"[a-z][a-z0-9]{19}"),
    ],
)
@given(seed=st.integers(0, 10**6))
def test_value_has_its_kinds_letters_and_length(kind: str, pattern: str, seed: int) -> None:
    value = generated(Generator(kind, 20), random.Random(seed).randrange, milliseconds=NOW)

    assert re.fullmatch(pattern, value)


def test_uuid_is_a_random_one() -> None:
    value = uuid.UUID(
        generated(Generator("uuid", 20), random.Random(1).randrange, milliseconds=NOW)
    )

    assert (value.version, value.variant) == (4, uuid.RFC_4122)


@given(seed=st.integers(0, 10**6))
def test_port_asks_for_no_privilege_and_is_none_of_a_nodes(seed: int) -> None:
    made = int(generated(Generator("port"), random.Random(seed).randrange, milliseconds=NOW))

    assert 1024 < made < 30_000


@pytest.mark.parametrize(
    ("kind", "told"), [("timestamp", "1767225600"), ("timestamp_ms", "1767225600123")]
)
def test_time_is_the_one_that_was_told(kind: str, told: str) -> None:
    assert generated(Generator(kind), random.Random(1).randrange, milliseconds=NOW) == told


def test_bytes_are_encoded_whole() -> None:
    made = generated(Generator("base64_bytes", 64), random.Random(1).randrange, milliseconds=NOW)

    assert len(base64.b64decode(made, validate=True)) == 64


@pytest.mark.parametrize("kind", sorted(GENERATORS - {"timestamp", "timestamp_ms", "jwt"}))
def test_every_kind_is_made_and_differs(kind: str) -> None:
    source = random.Random(7)

    made = {generated(Generator(kind, 16), source.randrange, milliseconds=NOW) for _ in range(50)}

    assert len(made) == 50
