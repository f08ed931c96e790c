"""What credentials look like."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from chalicelib.domain.credential_shapes import SHAPES, read
from chalicelib.domain.errors import Invalid
from chalicelib.resources.cloud_credentials import Provider

GOOD: dict[str, dict[str, str]] = {
    "aws": {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "never/Shown+" * 3},
    "digitalocean": {"api_token": "dop_v1_never-shown"},
    "hetzner": {"api_token": "never-shown"},
}


def wrong(provider: str, given: Any) -> tuple[str, ...]:
    with pytest.raises(Invalid) as caught:
        read(provider, given)
    assert {fault.pointer for fault in caught.value.faults} == {"/data/attributes/credentials"}
    return tuple(fault.detail for fault in caught.value.faults)


def test_every_provider_has_a_shape() -> None:
    assert set(SHAPES) == set(get_args(Provider)) == set(GOOD)


@pytest.mark.parametrize("provider", sorted(GOOD))
def test_object_and_text_are_the_same(provider: str) -> None:
    assert read(provider, GOOD[provider]) == GOOD[provider]
    assert read(provider, json.dumps(GOOD[provider])) == GOOD[provider]


@pytest.mark.parametrize("provider", sorted(GOOD))
@pytest.mark.parametrize("value", ["", " ", "a b", "a\n", "né", "\0", 1, None, ["x"], "x" * 513])
def test_member_of_another_shape_is_named_and_not_repeated(provider: str, value: object) -> None:
    told = wrong(provider, dict.fromkeys(SHAPES[provider], value))

    assert len(told) == len(SHAPES[provider])
    for name, detail in zip(SHAPES[provider], told, strict=True):
        assert detail.startswith(f"{name} is ")


@pytest.mark.parametrize("provider", sorted(GOOD))
def test_other_members_are_refused_with_those_that_are_wanted(provider: str) -> None:
    for given in ({}, GOOD[provider] | {"more": "x"}, [], "not json", "[" * 9000, "null"):
        [detail] = wrong(provider, given)
        assert all(name in detail for name in SHAPES[provider])
        assert provider in detail
        assert "never" not in detail


def test_temporary_access_key_is_told_from_a_lasting_one() -> None:
    told = wrong("aws", GOOD["aws"] | {"access_key_id": "ASIAIOSFODNN7EXAMPLE"})

    assert len(told) == 1
    assert "temporary" in told[0]
