"""Versions of templates and their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.semver import MAX_LENGTH, checked_version, precedence

IN_ORDER = [
    "0.0.1",
    "0.9.10",
    "1.0.0-1",
    "1.0.0-2",
    "1.0.0-10",
    "1.0.0--",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1-0",
    "1.0.1",
    "1.10.0",
    "2.0.0",
]
NUMBERS = st.integers(0, 999_999_999).map(str)
WORDS = st.from_regex(r"[a-zA-Z-][0-9A-Za-z-]{0,5}", fullmatch=True)
VERSIONS = st.builds(
    lambda numbers, parts: ".".join(numbers) + ("-" + ".".join(parts) if parts else ""),
    st.lists(NUMBERS, min_size=3, max_size=3),
    st.lists(NUMBERS | WORDS, max_size=3),
)


def test_versions_are_ordered_as_semantic_versioning_orders_them() -> None:
    assert sorted(sorted(IN_ORDER), key=precedence) == IN_ORDER


@given(VERSIONS)
def test_every_version_is_taken_as_it_is(version: str) -> None:
    if len(version) <= MAX_LENGTH:
        assert checked_version(version) == version


@given(VERSIONS, VERSIONS)
def test_order_is_total_and_equal_for_equal_versions_alone(one: str, other: str) -> None:
    if max(len(one), len(other)) <= MAX_LENGTH:
        first, second = precedence(one), precedence(other)
        assert (first < second) + (first > second) + (one == other) == 1


@given(VERSIONS)
def test_pre_release_comes_before_its_release(version: str) -> None:
    release = version.partition("-")[0]
    if "-" in version and len(version) <= MAX_LENGTH:
        assert precedence(version) < precedence(release)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "1.0", "1.0.0.0", "v1.0.0", " 1.0.0", "1.0.0 ", "1.0.0\n", "01.0.0", "1.0.00"),
        *("1.0.0-", "1.0.0-a..b", "1.0.0-01", "1.0.0+b", "1.0.0-ä", "1.0.٣", "-1.0.0", "1..0"),
        *("1.0.0-" + "a" * 60, "9" * 5000, "1.0.0-" + "a." * 50_000, "1000000000.0.0"),
    ],
)
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"1\.2\.3"):
        precedence(text)
