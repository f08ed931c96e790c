"""How a machine gets to a step: on its ordinary way, or past steps that fail or are cancelled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from infra.faults.cells import MACHINES

Failing = Literal["error", "cancel"]
CANCELLED = "Cancelled"
EVERY = "States.ALL"


@dataclass(frozen=True)
class Turn:
    """A step that is to fail, or to be entered by cancelled work, so that the machine turns off."""

    step: str
    failing: Failing


@cache
def turns_to(machine: str, step: str) -> tuple[Turn, ...]:
    """The fewest failures that lead a machine to a step; none when it is on its ordinary way.

    Of several first failures, one in the middle of the way is taken: there is something to undo.
    Raises `LookupError` when nothing leads there.
    """
    states = json.loads((MACHINES / f"{machine}.asl.json").read_text())
    for most in range(3):
        found = _found(states["States"], states["StartAt"], step, most, failed=None)
        if found is not None:
            return found
    raise LookupError(f"Nothing leads to {step} of {machine}.")


def _found(
    states: dict[str, Any], start: str, step: str, most: int, *, failed: Failing | None
) -> tuple[Turn, ...] | None:
    way = _way(states, start, failed=failed)
    if step in way:
        return ()
    if most == 0:
        return None
    tasks = [name for name in way if states[name]["Type"] == "Task"]
    middle = sorted(tasks, key=lambda name: abs(tasks.index(name) - (len(tasks) - 1) * 2 / 3))
    failings: tuple[Failing, ...] = ("error", "cancel")
    for failing in failings:
        for source in middle:
            caught = _caught(states[source], failing)
            if caught is None or (failed == "cancel" and failing == "error"):
                continue
            rest = _found(states, caught, step, most - 1, failed=failing)
            if rest is not None:
                return (Turn(source, failing), *rest)
    return None


def _way(states: dict[str, Any], start: str, *, failed: Failing | None) -> list[str]:
    """Every state that is reached without another failure, in the order of reaching."""
    way, ahead = [], [start]
    while ahead:
        name = ahead.pop(0)
        if name in way:
            continue
        way.append(name)
        ahead += _next(states[name], failed=failed)
    return way


def _next(state: dict[str, Any], *, failed: Failing | None) -> list[str]:
    choices = state.get("Choices", [])
    unless_failed = [c for c in choices if c.get("IsPresent") is False]
    if unless_failed:
        return [state["Default"] if failed else unless_failed[0]["Next"]]
    asked = [c for c in choices if c.get("StringEquals") == CANCELLED]
    if asked:
        return [asked[0]["Next"]] if failed == "cancel" else [state["Default"]]
    following = [choice["Next"] for choice in choices]
    return following + [state[key] for key in ("Next", "Default") if key in state]


def _caught(state: dict[str, Any], failing: Failing) -> str | None:
    wanted = (CANCELLED, EVERY) if failing == "cancel" else (EVERY,)
    for name in wanted:
        for caught in state.get("Catch", []):
            if name in caught["ErrorEquals"]:
                return str(caught["Next"])
    return None
