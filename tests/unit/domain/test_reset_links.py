"""Links for new passwords say whose they are and until when, and nobody else can write one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import reset_links
from chalicelib.domain.reset_links import NoLink, ResetLink

KEY = reset_links.key_of("secret")
TOKEN = reset_links.make(KEY, "user_1", 1_800_000_000, "nonce")


def test_link_says_its_account_and_its_end() -> None:
    digest = reset_links.digest_of(TOKEN)

    assert reset_links.read(KEY, TOKEN) == ResetLink("user_1", 1_800_000_000, digest)
    assert TOKEN not in digest


def test_no_two_links_are_alike() -> None:
    assert reset_links.make(KEY, "user_1", 1_800_000_000, "other") != TOKEN


def test_link_of_another_installation_is_none() -> None:
    with pytest.raises(NoLink):
        reset_links.read(reset_links.key_of("another"), TOKEN)


def test_key_is_not_the_secret() -> None:
    assert b"secret" not in KEY


@pytest.mark.parametrize("number", range(0, len(TOKEN), 7))
def test_link_that_was_changed_is_none(number: int) -> None:
    other = "A" if TOKEN[number] != "A" else "B"

    with pytest.raises(NoLink):
        reset_links.read(KEY, TOKEN[:number] + other + TOKEN[number + 1 :])


@given(st.text() | st.binary().map(lambda raw: raw.hex()))
def test_whatever_else_is_said_is_no_link(text: str) -> None:
    for said in (text, TOKEN + text, text + TOKEN):
        if said != TOKEN:
            with pytest.raises(NoLink):
                reset_links.read(KEY, said)
