"""Identifiers."""

from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.ids import execution_name, prefixed, time_ordered, uuid7

TIMES = st.integers(0, 2**48 - 1)


@given(TIMES, st.binary(min_size=10, max_size=16))
def test_uuid7_has_its_version_variant_and_time(milliseconds: int, random: bytes) -> None:
    made = uuid.UUID(uuid7(milliseconds, random))

    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == milliseconds
    assert str(made) == uuid7(milliseconds, random)


def test_uuid7_keeps_every_random_bit_beside_version_and_variant() -> None:
    assert uuid7(0, b"\0" * 10) == "00000000-0000-7000-8000-000000000000"
    assert uuid7(0, b"\xff" * 10) == "00000000-0000-7fff-bfff-ffffffffffff"


@given(TIMES, TIMES, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_later_ids_sort_later(one: int, other: int, first: bytes, second: bytes) -> None:
    if one == other:
        other = (one + 1) % 2**48
    earlier, later = sorted([one, other])

    assert uuid7(earlier, first) < uuid7(later, second)
    assert time_ordered("evt_", earlier, first) < time_ordered("evt_", later, second)


@pytest.mark.parametrize("prefix", ["tmpl_", "node_", "sshkey_", "cred_", "prov_", "inv_"])
def test_prefixed_id_has_sixteen_hexadecimal_digits(prefix: str) -> None:
    assert prefixed(prefix, bytes(range(8))) == f"{prefix}0001020304050607"


def test_time_ordered_id_has_twenty_digits() -> None:
    made = time_ordered("evt_", 1, b"\xab\xcd\xef\x01")

    assert re.fullmatch(r"evt_[0-9a-f]{20}", made)
    assert made == "evt_000000000001abcdef01"


def test_execution_is_named_for_entity_epoch_generation_and_attempt() -> None:
    assert execution_name("prov_1", epoch=2, generation=3, attempt=4) == "prov_1-e2-g3-a4"


def test_longest_execution_name_fits_step_functions() -> None:
    entity = uuid7(0, b"\0" * 10)

    assert len(execution_name(entity, epoch=10**6, generation=10**9, attempt=3)) <= 80
