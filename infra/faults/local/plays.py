"""How a cell's fault is played on one record: files for the functions, faults of the provider."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from infra.faults.cells import ON_NODES, Cell, declared_steps
from infra.faults.local.droplet import broken
from infra.faults.paths import turns_to
from infra.local.platform.layout import FAULTS
from infra.packaging.registry import steps

BROKEN = "StepBroken"
"""An error that no machine tries again: what it stands for is undone, or fails."""
TIMED_OUT = "Sandbox.Timedout"
"""What a machine catches when a function ran into its timeout."""
AWAY_SECONDS = {"node_unreachable": 25.0, "docker_killed": 12.0, "disk_full": 12.0}
"""How long a fault lasts that goes by itself: an absent server for more than one handshake."""
CREATES = "CreateServer"
"""The step whose answer is lost as well when the listing lags: only then does that matter."""
LAG_LISTINGS = "2 listings"
LOOK_SECONDS = 0.03
HAPPENS_SECONDS = 120.0


def _modules() -> dict[str, str]:
    return {function.state: function.module for function, _ in steps()}


@dataclass
class Play:
    """A cell's fault in waiting. `seed` decides what the cell leaves open."""

    cell: Cell
    cloud: str
    """Address of the local DigitalOcean."""
    seed: int = 0
    lasting: bool = False
    """Whether a broken server stays broken until the cell is over."""
    cancel: Callable[[str], None] = lambda _record: None
    container: Callable[[str], str] = lambda _record: ""
    """Finds the container of the server that a record's work is about."""
    happened: bool = False
    """Whether the cell's step was entered with its fault; known once the block is over."""
    notes: list[str] = field(default_factory=list)
    """What went wrong with the playing itself."""
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _provider: list[int] = field(default_factory=list)

    @contextmanager
    def on(self, record: str) -> Iterator[None]:
        """Have the fault wait for a record for the time of a block, and mend all after it."""
        for turn in turns_to(self.cell.machine, self.cell.step):
            if turn.failing == "cancel":
                self._hold(turn.step, record, self._cancelled)
            else:
                self._tell(turn.step, record, fault="raise", error=BROKEN)
        self._arm(record)
        try:
            yield
        finally:
            self.happened = self._file(self.cell.step, record, "played").exists()
            self._over.set()
            for thread in self._threads:
                thread.join()
            for number in self._provider:
                httpx.delete(f"{self.cloud}/_local/faults/{number}", trust_env=False)
            for left in FAULTS.glob(f"*@{record}.*"):
                left.unlink(missing_ok=True)

    def is_taken(self, record: str) -> bool:
        """Whether every function that was meant took its fault."""
        return not list(FAULTS.glob(f"*@{record}.json"))

    def _arm(self, record: str) -> None:
        step, fault = self.cell.step, self.cell.fault
        if fault in ON_NODES:
            self._hold(step, record, self._break)
        elif fault == "list_lag":
            self._hide(record)
            lost = {"fault": "kill", "call": 8 + self.seed % 6}
            self._tell(step, record, **(lost if step == CREATES else {"fault": "note"}))
        else:
            if fault == "throttle" and "clouds" in declared_steps()[step].layers:
                self._refuse(record)
            self._tell(step, record, **self._told())

    def _told(self) -> dict[str, Any]:
        told: dict[str, dict[str, Any]] = {
            "error_before": {"fault": "raise", "error": BROKEN},
            "error_after_effect": {"fault": "raise_after", "error": BROKEN},
            "timeout": {"fault": "raise_after", "error": TIMED_OUT},
            "throttle": {"fault": "raise", "error": "Throttled", "times": 2},
            "killed": {"fault": "kill", "call": 2 + self.seed % 5},
            "twice": {"fault": "twice"},
        }
        return told[self.cell.fault]

    def _tell(self, step: str, record: str, **told: Any) -> None:
        """Write a fault for a function in one move."""
        path = self._file(step, record, "json")
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps({"error": "", "call": 1, "skip": 0, "times": 1, **told}))
        draft.rename(path)

    def _file(self, step: str, record: str, ending: str) -> Any:
        return FAULTS / f"{_modules()[step]}@{record}.{ending}"

    def _hold(self, step: str, record: str, act: Callable[[str, Callable[[], None]], None]) -> None:
        """Hold a step when it is entered, and do something before it goes on."""
        self._tell(step, record, fault="hold")
        held = self._file(step, record, "held")

        def wait() -> None:
            while not self._over.wait(LOOK_SECONDS):
                if held.exists():
                    break
            else:
                return
            try:
                act(record, held.unlink)
            except Exception as error:  # told with the cell, whatever it was
                self.notes.append(f"{type(error).__name__}: {error}")
            finally:
                held.unlink(missing_ok=True)

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _cancelled(self, record: str, release: Callable[[], None]) -> None:
        self.cancel(record)
        release()

    def _break(self, record: str, release: Callable[[], None]) -> None:
        with broken(self.container(record), self.cell.fault, away=bool(self.seed % 2)):
            release()
            self._over.wait(HAPPENS_SECONDS * 4 if self.lasting else AWAY_SECONDS[self.cell.fault])

    def _hide(self, record: str) -> None:
        """Have the listing lag behind for this record's server."""
        order = {"call": "POST /v2/droplets", "fault": "list_lag", "value": LAG_LISTINGS}
        self._ask_provider({**order, "where": record})
        self._ask_provider(
            {"call": "GET /v2/droplets", "fault": "list_lag", "times": 2, "where": record}
        )

    def _refuse(self, record: str) -> None:
        """Have the provider say that it is asked too often, for calls about this record."""
        for call in ("POST /v2/droplets", "GET /v2/droplets", "POST /v2/firewalls"):
            self._ask_provider({"call": call, "fault": "status", "value": 429, "where": record})

    def _ask_provider(self, fault: dict[str, Any]) -> None:
        answer = httpx.post(f"{self.cloud}/_local/faults", json=fault, trust_env=False)
        self._provider.append(int(answer.raise_for_status().json()["id"]))


def until(question: Callable[[], bool], within: float) -> bool:
    """Ask until the answer is yes; False when time is up."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(LOOK_SECONDS * 3)
    return False
