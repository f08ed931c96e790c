"""State machines a transition at a time: the part of Amazon States Language that ours use.

Whatever else a machine may come to use is refused when it is read, and a test holds this
interpreter to moto's on the same machines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal

MACHINES = Path(__file__).resolve().parents[3] / "statemachines"

Status = Literal["running", "succeeded", "failed"]
Invoke = Callable[[str, dict[str, Any]], Any]
"""Runs the function of a state with its input. Raises `TaskFailed`."""

KNOWN: dict[str, frozenset[str]] = {
    "Task": frozenset(
        {"Resource", "Parameters", "ResultPath", "TimeoutSeconds", "Retry", "Catch", "Next"}
    ),
    "Choice": frozenset({"Choices", "Default"}),
    "Wait": frozenset({"SecondsPath", "Next"}),
    "Pass": frozenset({"Result", "ResultPath", "Next"}),
    "Succeed": frozenset(),
    "Fail": frozenset({"Error", "Cause"}),
}
"""The fields of each kind of state that are understood; `Type` and `Comment` are in all."""
COMPARED = frozenset({"BooleanEquals", "StringEquals"})
PRESENT = "IsPresent"
RETRIED = frozenset(
    {
        "ErrorEquals",
        "IntervalSeconds",
        "MaxAttempts",
        "BackoffRate",
        "MaxDelaySeconds",
        "JitterStrategy",
    }
)


class TaskFailed(Exception):
    """A function ended with an error, or without a word; `error` is its name."""

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.cause = cause


class NotUnderstood(Exception):
    """A machine uses what this interpreter does not know."""


@cache
def machine(name: str) -> dict[str, Any]:
    """Read one machine. Raises `NotUnderstood`."""
    document: dict[str, Any] = json.loads((MACHINES / f"{name}.asl.json").read_text())
    for state_name, state in document["States"].items():
        unknown = set(state) - KNOWN.get(state["Type"], frozenset()) - {"Type", "Comment"}
        rules = [
            set(rule) - COMPARED - {PRESENT, "Variable", "Next"}
            for rule in state.get("Choices", ())
        ]
        retriers = [set(one) - RETRIED for one in state.get("Retry", ())]
        catchers = [
            set(one) - {"ErrorEquals", "ResultPath", "Next"} for one in state.get("Catch", ())
        ]
        unknown = unknown.union(*rules, *retriers, *catchers)
        if state["Type"] not in KNOWN or unknown:
            raise NotUnderstood(f"{name}.{state_name}: {state['Type']} {sorted(unknown)}")
    return document


@dataclass
class Execution:
    """One execution: where it stands, with what, and when it goes on. Times in seconds."""

    name: str
    kind: str
    data: dict[str, Any]
    due: float = 0.0
    state: str = ""
    status: Status = "running"
    error: str = ""
    entered: list[str] = field(default_factory=list)
    """Every state that was entered, in order."""
    retried: list[int] = field(default_factory=list)
    """How often each retrier of this state has tried again."""

    def __post_init__(self) -> None:
        self.document = machine(self.kind)
        self._enter(self.document["StartAt"])

    def _enter(self, state: str) -> None:
        self.state = state
        self.entered.append(state)
        self.retried = [0] * len(self._state().get("Retry", ()))

    def _state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["States"][self.state]
        return found

    @property
    def is_at_work(self) -> bool:
        """Whether its next transition calls a function."""
        return bool(self._state()["Type"] == "Task")

    def advance(self, now: float, invoke: Invoke, chance: Random) -> None:
        """Make one transition."""
        state = self._state()
        self.due = now
        getattr(self, f"_{state['Type'].lower()}")(state, now, invoke, chance)

    def _task(self, state: dict[str, Any], now: float, invoke: Invoke, chance: Random) -> None:
        given = {
            key.removesuffix(".$"): self._read(value) if key.endswith(".$") else value
            for key, value in state["Parameters"].items()
        }
        try:
            answer = invoke(self.state, given)
        except TaskFailed as failure:
            self._failed(state, failure, now, chance)
            return
        self._write(state["ResultPath"], answer)
        self._enter(state["Next"])

    def _failed(
        self, state: dict[str, Any], failure: TaskFailed, now: float, chance: Random
    ) -> None:
        """Try again, or go where the error is caught, or end."""
        for place, retrier in enumerate(state.get("Retry", ())):
            if _matches(failure.error, retrier["ErrorEquals"]):
                tried = self.retried[place]
                if tried < retrier["MaxAttempts"]:
                    self.retried[place] += 1
                    self.due = now + _delay(retrier, tried, chance)
                    return
                break
        for catcher in state.get("Catch", ()):
            if _matches(failure.error, catcher["ErrorEquals"]):
                said = {"Error": failure.error, "Cause": failure.cause}
                self._write(catcher["ResultPath"], said)
                self._enter(catcher["Next"])
                return
        self.end("failed", failure.error)

    def _choice(self, state: dict[str, Any], *_: Any) -> None:
        for rule in state["Choices"]:
            if PRESENT in rule:
                if self._has(rule["Variable"]) == rule[PRESENT]:
                    self._enter(rule["Next"])
                    return
                continue
            value = self._read(rule["Variable"])
            wanted = next(rule[comparison] for comparison in COMPARED if comparison in rule)
            if type(value) is type(wanted) and value == wanted:
                self._enter(rule["Next"])
                return
        self._enter(state["Default"])

    def _wait(self, state: dict[str, Any], now: float, *_: Any) -> None:
        self.due = now + float(self._read(state["SecondsPath"]))
        self._enter(state["Next"])

    def _pass(self, state: dict[str, Any], *_: Any) -> None:
        self._write(state["ResultPath"], state["Result"])
        self._enter(state["Next"])

    def _succeed(self, *_: Any) -> None:
        self.end("succeeded")

    def _fail(self, state: dict[str, Any], *_: Any) -> None:
        self.end("failed", state["Error"])

    def end(self, status: Status, error: str = "") -> None:
        """Close it, as a machine's end or a stop from outside does."""
        self.status = status
        self.error = error

    def _read(self, path: str) -> Any:
        """Read what a path names. Raises `NotUnderstood` for another path than of plain names."""
        value: Any = self.data
        for name in _names(path):
            value = value[name]
        return value

    def _has(self, path: str) -> bool:
        """Whether there is what a path names."""
        try:
            self._read(path)
        except KeyError:
            return False
        return True

    def _write(self, path: str, value: Any) -> None:
        *places, last = _names(path)
        place = self.data
        for name in places:
            place = place.setdefault(name, {})
        place[last] = value


@cache
def _names(path: str) -> tuple[str, ...]:
    first, *names = path.split(".")
    if first != "$" or not names or not all(name.isidentifier() for name in names):
        raise NotUnderstood(path)
    return tuple(names)


def _matches(error: str, names: Iterable[str]) -> bool:
    """Whether an error is named; a timeout is no failure of the task."""
    return any(
        name in {error, "States.ALL"} or (name == "States.TaskFailed" and error != "States.Timeout")
        for name in names
    )


def _delay(retrier: dict[str, Any], tried: int, chance: Random) -> float:
    """How long a retrier waits; with full jitter anything up to that."""
    longest: float = retrier["IntervalSeconds"] * retrier["BackoffRate"] ** tried
    longest = min(longest, retrier.get("MaxDelaySeconds", longest))
    return chance.uniform(0.0, longest) if retrier.get("JitterStrategy") == "FULL" else longest
