"""The written form of routes' host names, and their shards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.routes import SHARDS, normalise_host, shard_of


@pytest.mark.parametrize(
    ("given_host", "host"),
    [
        ("Example.COM", "example.com"),
        ("example.com:9091", "example.com"),
        (" example.com. ", "example.com"),
        ("bücher.example:80", "xn--bcher-kva.example"),
        ("::1", "::1"),
    ],
)
def test_host_has_one_written_form(given_host: str, host: str) -> None:
    assert normalise_host(given_host) == host


def test_name_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a host name"):
        normalise_host("ü" * 64 + ".example")


@given(st.text())
def test_shard_is_one_of_sixteen(host: str) -> None:
    shard = shard_of(host)

    assert 0 <= int(shard, 16) < SHARDS
    assert shard == f"{int(shard, 16):02x}"


def test_shards_stay_as_they_are_and_are_all_used() -> None:
    assert shard_of("example.com") == "0a"
    assert len({shard_of(f"{number}.example.com") for number in range(400)}) == SHARDS
