"""State machines as data."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import Conflict
from chalicelib.engine.states import states

DOOR = states("shut", final="gone", shut="open locked gone", open="shut", locked="shut")


def test_moves_are_those_written_and_staying() -> None:
    assert DOOR.allows("shut", "locked")
    assert DOOR.allows("open", "open")
    assert not DOOR.allows("open", "locked")
    assert not DOOR.allows("gone", "shut")
    assert not DOOR.allows("nowhere", "shut")


def test_every_state_is_named_targets_included() -> None:
    assert DOOR.names == {"shut", "open", "locked", "gone"}
    assert (DOOR.initial, DOOR.final) == ("shut", "gone")


def test_sources_of_a_state_are_sorted() -> None:
    assert DOOR.sources("shut") == ("locked", "open")
    assert DOOR.sources("nowhere") == ()


def test_wrong_move_is_a_conflict_that_names_what_works() -> None:
    with pytest.raises(Conflict) as caught:
        DOOR.require("open", "locked", action="lock")

    assert caught.value.error_code == "wrong_state"
    assert caught.value.detail == "Cannot lock while it is open; that works from: shut."


def test_move_to_a_state_that_nothing_leads_to_says_so() -> None:
    with pytest.raises(Conflict, match="works from: no state"):
        DOOR.require("gone", "elsewhere", action="go")


def test_right_move_is_quiet() -> None:
    DOOR.require("shut", "open", action="open")
    DOOR.require("open", "open", action="open")
