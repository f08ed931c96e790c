"""Tags and Hetzner's labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.clouds.labels import label_of, labels_of, tags_of
from chalicelib.domain.errors import RefusedByProvider
from infra.local.hetzner.project import LABEL_KEY

TAGS = st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9:_-]{0,61}[A-Za-z0-9])?\Z")


@given(st.sets(TAGS, max_size=8))
def test_tags_survive_being_labels(tags: set[str]) -> None:
    labels = labels_of(tags)

    assert len(labels) == len(tags)
    assert set(tags_of(labels)) == tags


@given(TAGS)
def test_label_is_one_that_hetzner_takes(tag: str) -> None:
    assert LABEL_KEY.fullmatch(label_of(tag))


@given(
    TAGS, st.dictionaries(st.from_regex(r"\A[a-z]{1,9}(/[a-z]{1,9})?\Z"), st.just(""), max_size=4)
)
def test_labels_of_others_are_no_tags(tag: str, others: dict[str, str]) -> None:
    foreign = {key: value for key, value in others.items() if not key.startswith("hoster/")}

    assert tags_of(labels_of([tag]) | foreign) == (tag,)


@pytest.mark.parametrize("wrong", ["", "-a", "a-", "a.b", "a b", "é", "x" * 64, "a\n"])
def test_what_is_no_tag_is_refused(wrong: str) -> None:
    with pytest.raises(RefusedByProvider):
        label_of(wrong)
