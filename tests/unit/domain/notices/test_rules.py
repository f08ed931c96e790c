"""Every entry with a rule is one that is told in words, and every type belongs to a choice."""

from __future__ import annotations

from typing import get_args

import pytest

from chalicelib.domain.events import SENTENCES
from chalicelib.domain.notices.messages import SUBJECTS
from chalicelib.domain.notices.rules import EVENT_OF, EVENTS, RULES, Type

ALONE = {"test", "confirm", "channel.failed"}
"""Types that nobody chooses: they are about a channel itself."""


@pytest.mark.parametrize("name", sorted({name for _, name in RULES}))
def test_entry_with_a_rule_is_one_that_happens(name: str) -> None:
    assert name in SENTENCES


def test_every_type_belongs_to_a_choice_and_has_a_subject() -> None:
    assert set(EVENT_OF) == set(get_args(Type)) - ALONE
    assert set(SUBJECTS) == set(EVENT_OF)
    assert set(EVENT_OF.values()) == set(EVENTS)
