"""Creators' regular expressions cannot run away."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.patterns import MAX_PATTERN, MAX_TEXT, UnsafePattern, fits, safe_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a*)*b",
        "(a|a)+",
        "(a|aa)*c",
        "(a|a?)+",
        "(x+x+)+y",
        "(.*a){20}",
        "([a-z]+)*!",
        "(?:(?:a*)*)*",
        "a{0,100}a{0,100}a{0,100}a{0,100}a{0,100}b",
        r"\d+\d+\d+\d+\d+x",
        ".*.*.*.*=.*",
        "(a?){30}a{30}",
        "(?=(a+)+b)a",
        "(?!(a+)+b)a",
        "(?>(a+)+)b",
        "(?:(a+)+)++",
    ],
)
def test_pattern_that_could_run_away_is_refused(pattern: str) -> None:
    with pytest.raises(UnsafePattern, match="could take too long"):
        safe_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        ("[a-z]{3,20}", "abc", "ab"),
        ("^[a-z]+$", "abc", "abc1"),
        (r"\d+", "42", "4x"),
        (r"[\w.+-]+@[\w-]+\.[\w.]+", "a.b@example.com", "a.b@"),
        ("(red|green|blue)", "green", "greens"),
        ("(?i)yes|no", "YES", "maybe"),
        (r"https?://\S+", "https://example.com", "ftp://example.com"),
        ("(?=.*[0-9]).{8,}", "abcdefg1", "abcdefgh"),
        ("(?!admin).+", "user", "admin"),
        ("a++b", "aab", "a"),
        ("(?>a|b)c", "ac", "abc"),
        ("(?:[0-9]{1,3}[.]){3}[0-9]{1,3}", "10.0.0.1", "10.0.0"),
        ("", "", "a"),
        ("a*?b", "aab", "aa"),
    ],
)
def test_ordinary_pattern_is_tried_on_the_whole_text(
    pattern: str, fitting: str, other: str
) -> None:
    assert fits(fitting, pattern)
    assert not fits(other, pattern)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "not a regular expression"),
        ("[a", "not a regular expression"),
        ("*", "not a regular expression"),
        ("a{99999999999999999999}", "not a regular expression"),
        (r"(a)\1", "refer back"),
        (r"(a)?(?(1)b|c)", "refer back"),
        ("a" * (MAX_PATTERN + 1), "at most 500 characters"),
    ],
)
def test_what_is_no_usable_pattern_is_refused_in_a_sentence(pattern: str, words: str) -> None:
    with pytest.raises(UnsafePattern, match=words):
        safe_pattern(pattern)


@pytest.mark.parametrize("open_", ["(", "(?:", "(a|"])
def test_deep_nesting_is_answered_at_any_depth_of_the_stack(open_: str) -> None:
    pattern = open_ * 120 + "a" + ")" * 120

    def deeper(levels: int) -> bool:
        if levels:
            return deeper(levels - 1)
        try:
            return safe_pattern.__wrapped__(pattern) is not None
        except UnsafePattern:
            return True

    assert all(deeper(levels) for levels in range(0, 850, 50))


def test_text_that_is_too_long_never_fits() -> None:
    assert fits("a" * MAX_TEXT, "a+")
    assert not fits("a" * (MAX_TEXT + 1), "a+")


@given(st.lists(st.sampled_from([*"ab.()[]{}|?*+^$\\,-19=!:<>", "(?:", "{2,5}"]), max_size=14))
def test_any_pattern_is_answered_soon_on_a_long_text(pieces: list[str]) -> None:
    start = time.process_time()

    try:
        fits("a" * (MAX_TEXT - 1) + "b", "".join(pieces))
    except UnsafePattern as error:
        assert str(error)  # noqa: PT017 - both outcomes are right, only slowness is wrong

    assert time.process_time() - start < 20
