"""Durations, sizes and cores as compose spells them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.compose.units import cores, megabytes, seconds


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("30", 30),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5),
        ("30s", 30),
        (" 30s ", 30),
        ("1m30s", 90),
        ("1h2m3s", 3723),
        ("1d", 86_400),
        ("500ms", 0.5),
        ("1.5s", 1.5),
        ("10us", 1e-5),
        ("10µs", 1e-5),
        ("10ns", 1e-8),
    ],
)
def test_durations(text: str, value: float) -> None:
    assert seconds(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1", 1),
        ("1048576", 1),
        ("1048577", 2),
        ("512k", 1),
        ("2048K", 2),
        ("512m", 512),
        ("512M", 512),
        ("512mb", 512),
        ("512Mi", 512),
        ("512MiB", 512),
        ("1.5g", 1536),
        ("2 GB", 2048),
        ("1t", 1024**2),
        ("100b", 1),
    ],
)
def test_sizes_are_rounded_up_to_megabytes(text: str, value: int) -> None:
    assert megabytes(text) == value


@pytest.mark.parametrize(("text", "value"), [("0.5", 0.5), ("2", 2), (".25", 0.25), ("0.0004", 0)])
def test_cores(text: str, value: float) -> None:
    assert cores(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *[
            (seconds, text)
            for text in ("", "s", "5x", "-5s", "1e3", "5 s", "inf", "nan", "٣s", "²")
        ],
        *[(seconds, text) for text in ("86401", "25h", "9" * 400, "1s" * 9, "999999999999d")],
        *[
            (megabytes, text)
            for text in ("", "m", "-1m", "1e9", "5p", "\u0665m", "9" * 400, "inf", "5mm")
        ],
        *[(cores, text) for text in ("", "-1", "1e3", "½", "inf", "nan", "9999999", "0x1", ".")],
    ],
)
def test_what_is_none_is_told_in_a_sentence(read: Callable[[str], float], text: str) -> None:
    with pytest.raises(ValueError, match=r"^is (not|longer)"):
        read(text)


@given(st.text(), st.sampled_from([seconds, megabytes, cores]))
def test_any_text_gives_a_number_that_is_not_negative_or_a_sentence(
    text: str, read: Callable[[str], float]
) -> None:
    try:
        value = read(text)
    except ValueError as error:
        value = 0 if str(error).startswith("is ") else -1

    assert 0 <= value < 10**13


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_parts_of_a_duration_add_up(hours: int, minutes: int, rest: int) -> None:
    assert seconds(f"{hours}h{minutes}m{rest}s") == hours * 3600 + minutes * 60 + rest


@given(st.integers(0, 10**15 - 1))
def test_bytes_fit_into_the_megabytes_given_for_them(size: int) -> None:
    assert (megabytes(str(size)) - 1) * 1024**2 < size <= megabytes(str(size)) * 1024**2
