"""What is made of the words of a door."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.errors import NotReady
from chalicelib.ports.doors import Card
from chalicelib.services.doors import doors

SHOWN, NOTHING = "shown", "nothing"


def faults(monkeypatch: pytest.MonkeyPatch, **said: list[bool | None]) -> list[str]:
    """The faults of a door that says one thing after the other, by what it is shown."""
    monkeypatch.setattr(doors, "ASKED_AGAIN_SECONDS", 0)
    monkeypatch.setattr(doors, "own_card", lambda _: Card("authority", "chain", "key"))

    def admits(_address: str, _name: str, card: Card) -> bool | None:
        return said[SHOWN if card.chain else NOTHING].pop(0)

    tools: Any = SimpleNamespace(admits=admits)
    return doors.door_faults(tools, "10.0.0.1", "node_a")


def test_door_that_says_nothing_at_first_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(monkeypatch, shown=[None, None, True], nothing=[None, False]) == []


def test_door_that_never_answers_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    [fault] = faults(monkeypatch, shown=[None] * 3, nothing=[])
    assert "does not answer" in fault


def test_door_that_lets_anybody_in_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    [fault] = faults(monkeypatch, shown=[True], nothing=[None, True])
    assert "shows no certificate" in fault


def test_doubt_is_no_fault_and_no_praise(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotReady):
        faults(monkeypatch, shown=[True], nothing=[None] * 3)
