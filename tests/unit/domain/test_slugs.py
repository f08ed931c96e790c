"""Slugs of templates."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.slugs import slug_from

NAMES = st.from_regex(r"[A-Za-z0-9 \-]{0,40}[A-Za-z0-9][A-Za-z0-9 \-]{0,40}", fullmatch=True)


@pytest.mark.parametrize(
    ("name", "slug"),
    [("My Blog", "my-blog"), ("  a -- b ", "a-b"), ("X" * 100, "x" * 100), ("7", "7")],
)
def test_slug_is_made_of_a_name(name: str, slug: str) -> None:
    assert slug_from(name) == slug


@given(NAMES)
def test_every_name_gives_a_slug_that_is_its_own_slug(name: str) -> None:
    slug = slug_from(name)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert slug_from(slug) == slug
