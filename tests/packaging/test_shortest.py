"""What is written short is read as it was."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from infra.packaging.shortest import written
from tests.packaging.conftest import Built

TRICKY = ["yes", "No", "null", "~", "1", "1e3", "2012-10-17", "a: b", "a #b", "{x}", "'", '"', ""]
TEXTS = st.one_of(
    st.sampled_from(TRICKY), st.text(alphabet=st.characters(codec="utf-8", exclude_categories="C"))
)
VALUES = st.recursive(
    st.one_of(TEXTS, st.booleans(), st.integers(), st.none()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(TEXTS, inner)),
    max_leaves=20,
)


@given(VALUES)
def test_whatever_is_written_is_read_back(value: Any) -> None:
    document = {"Resources": {"A": value}}

    assert yaml.safe_load(written(document)) == document


def test_template_fits_and_is_read_as_it_was(here: Built) -> None:
    for stack in here.stacks.values():
        text = written(stack)

        assert len(text.encode()) <= 1_000_000
        assert yaml.load(text, Loader=yaml.CSafeLoader) == stack
