"""The owner's commands ask functions that exist for what those want to know."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.domain.errors_as_data import as_data
from chalicelib.runtime.declaration import Called
from infra.owner import __main__ as owner
from infra.owner.commands import COMMANDS, NotSaid, asked
from infra.packaging.registry import discover

FUNCTIONS = {function.name: function for function in discover()}
SAID = {
    "APPS": "stop",
    "WHO": "a",
    "ACCOUNT": "a",
    "APP": "a",
    "TEMPLATE": "a",
    "REASON": "why it is",
}
SAID |= {"CREDENTIAL": "a", "SERVER": "1", "NAME": "n"}


class Platform:
    """Answers what it was told to, in order, and remembers what it was asked."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers, self.asked = list(answers), list[dict[str, Any]]()

    def ask(self, _name: str, given: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(given)
        return self.answers.pop(0)


@pytest.mark.parametrize("name", COMMANDS)
def test_command_asks_a_function_for_what_it_takes(name: str) -> None:
    command, given = asked(name, SAID)

    declaration = FUNCTIONS[command.function].declaration
    assert isinstance(declaration, Called)
    assert declaration.asks.model_validate(given)
    assert command.asks is declaration.asks


@pytest.mark.parametrize("name", [name for name, one in COMMANDS.items() if one.words])
def test_command_that_is_told_nothing_says_what_to_say(name: str) -> None:
    with pytest.raises(NotSaid, match=f"make owner-{name}"):
        asked(name, {})


@pytest.mark.parametrize(("word", "value"), [("REASON", "a"), ("APPS", "burn")])
def test_word_that_does_not_fit_is_named(word: str, value: str) -> None:
    with pytest.raises(NotSaid, match=f"{word} does not fit"):
        asked("suspend", {**SAID, word: value})


def test_command_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(NotSaid, match="There are: find"):
        asked("fire", SAID)


def test_what_is_left_is_asked_for_until_nothing_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner, "PAUSE_SECONDS", 0.0)
    platform = Platform(
        {"answer": {"changed": True, "told": 2, "after": "x"}},
        {"answer": {"changed": False, "told": 1, "after": None}},
    )
    command, given = asked("withdraw", SAID)

    found = owner.ask(platform, command, given)  # type: ignore[arg-type]

    assert (found["changed"], found["told"]) == (True, 3)
    assert [one.get("after") for one in platform.asked] == [None, "x"]


def test_refusal_is_told_in_its_own_words() -> None:
    platform = Platform({"error": as_data(NotFound("There is no app a."))})
    command, given = asked("stop", SAID)

    with pytest.raises(owner.Refused, match="There is no app a"):
        owner.ask(platform, command, given)  # type: ignore[arg-type]


def test_what_is_not_confirmed_is_not_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for said, value in SAID.items():
        monkeypatch.setenv(said, value)
    monkeypatch.setattr("sys.stdin.readline", lambda: "no\n", raising=False)

    assert owner.main("suspend") == 1

    assert "Nothing was done." in capsys.readouterr().err
