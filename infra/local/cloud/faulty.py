"""The handler around every local function's own: it plays what a file in a folder asks for.

The file `<module of the function>@<id of the record>.json` holds `{"fault", "error", "call",
"skip", "times"}`; whoever is called for that record takes it. The function itself knows nothing of
it. Whatever record comes next takes a file of the record `any`. A fault that was played leaves a
file that ends in `.played`.

- `raise`: raises an error of the name `error` before anything is done
- `raise_after`: does all, then raises it; a step that waits for something is not done yet
- `kill`: ends the process before the `call`th network call, at the latest before it answers
- `twice`: does all twice
- `note`: leaves its mark, and does all
- `hold`: waits until the file that ends in `.held` is removed, then does all
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import uuid
from pathlib import Path
from typing import Any

CALLS = frozenset({"http.client.send", "socket.connect"})
"""What Python tells of calls to the store, to providers and to servers."""
HELD_SECONDS = 30.0
ANY = "any"
MODULE, _, _NAME = os.environ.get("_HANDLER", "").rpartition(".")
FOLDER = os.environ.get("HOSTER_FAULTS_FOLDER", "")
_own: Any = getattr(importlib.import_module(MODULE), _NAME) if MODULE else None


def handler(event: Any, context: Any) -> Any:
    """Do what the function does, with the fault that waits for this record, if one does."""
    record = event.get("id") if isinstance(event, dict) else None
    for meant in (record, ANY) if record and FOLDER else ():
        waiting = Path(FOLDER) / f"{MODULE}@{meant}.json"
        fault = _taken(waiting) if waiting.exists() else None
        if fault is not None:
            return _play(fault, waiting, event, context)
    return _own(event, context)


def _taken(waiting: Path) -> dict[str, Any] | None:
    """Take a fault, or put it back with less to skip. Of two at once one gets it."""
    claimed = waiting.with_suffix(f".{uuid.uuid4().hex}")
    try:
        waiting.rename(claimed)
    except FileNotFoundError:
        return None
    fault: dict[str, Any] = json.loads(claimed.read_text())
    skipped = fault.get("skip", 0) > 0
    fault["skip" if skipped else "times"] -= 1
    if fault["times"] > 0:
        claimed.write_text(json.dumps(fault))
        claimed.rename(waiting)
    else:
        claimed.unlink()
    return None if skipped else fault


def _play(fault: dict[str, Any], waiting: Path, event: Any, context: Any) -> Any:
    kind, mark = fault["fault"], waiting.with_suffix(".played")
    if kind == "raise_after":
        return _play_after(fault, waiting, _own(event, context))
    if kind == "hold":
        _hold(waiting.with_suffix(".held"), mark)
    mark.touch()
    if kind == "raise":
        raise _error(fault)
    if kind == "kill":
        _end_before(fault["call"])
    if kind == "twice":
        _own(event, context)
    answer = _own(event, context)
    if kind == "kill":
        os._exit(1)
    return answer


def _play_after(fault: dict[str, Any], waiting: Path, answer: Any) -> Any:
    """Raise once the effect is there; what is still waited for has none yet."""
    if isinstance(answer, dict) and answer.get("ready") is False:
        _put_back(fault, waiting)
        return answer
    waiting.with_suffix(".played").touch()
    raise _error(fault)


def _put_back(fault: dict[str, Any], waiting: Path) -> None:
    """Leave a fault for a later call."""
    draft = waiting.with_suffix(f".{uuid.uuid4().hex}")
    draft.write_text(json.dumps({**fault, "times": fault["times"] + 1}))
    draft.rename(waiting)


def _error(fault: dict[str, Any]) -> Exception:
    """An error as the machines see it: they know it by the name of its class."""
    made: type[Exception] = type(fault["error"], (Exception,), {})
    return made("told to fail")


def _hold(held: Path, mark: Path) -> None:
    held.touch()
    mark.touch()
    end = time.monotonic() + HELD_SECONDS
    while held.exists() and time.monotonic() < end:
        time.sleep(0.02)


def _end_before(call: int) -> None:
    """End this process before its next network call but so many."""
    left = call

    def count(event: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event in CALLS:
            left -= 1
            if left <= 0:
                os._exit(1)

    sys.addaudithook(count)
