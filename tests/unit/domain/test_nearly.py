"""Words that were typed with one mistake."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.nearly import meant, nearly_begins

KNOWN = ("postgresql", "wordpress", "word", "ghost", "redis", "nextcloud")
LETTERS = st.text("abcde", min_size=4, max_size=9)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("wrodpress", "wordpress"),
        ("wordpess", "wordpress"),
        ("wordppress", "wordpress"),
        ("wardpress", "wordpress"),
        ("postgress", "postgresql"),
        ("nxetcl", "nextcloud"),
        ("redix", "redis"),
        ("host", "ghost"),
    ],
)
def test_one_mistake_is_forgiven(typed: str, word: str) -> None:
    assert word in meant(typed, KNOWN)


@pytest.mark.parametrize("typed", ["wrodpess", "rdx", "red1s", "mysql", "xwordpresx"])
def test_two_mistakes_short_words_and_numbers_are_not(typed: str) -> None:
    assert meant(typed, KNOWN) == ()


def test_shortest_word_comes_first() -> None:
    assert meant("wird", KNOWN) == ("word", "wordpress")


@given(LETTERS, LETTERS)
def test_word_begins_nearly_with_each_of_its_own_beginnings(word: str, rest: str) -> None:
    assert nearly_begins(word, word + rest)


@given(LETTERS, st.data())
def test_every_single_mistake_is_forgiven(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdexyz"))

    assert nearly_begins(word[:at] + word[at + 1 :], word)
    assert nearly_begins(word[:at] + letter + word[at:], word)
    assert nearly_begins(word[:at] + letter + word[at + 1 :], word)
    assert nearly_begins(word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :], word)
