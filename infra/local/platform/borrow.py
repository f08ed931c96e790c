"""Use the platform that runs, or start one for the time of a task and stop it after."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.local.platform import layout
from infra.local.platform.progress import Progress

READY_SECONDS = 900
STOP_SECONDS = 120
LOG = layout.STATE / "borrowed.log"
"""Beside the logs that the platform follows: it holds what the platform itself says."""


@dataclass
class Loan:
    """A running platform; `process` is None when somebody else started it."""

    described: dict[str, Any]
    """What `make status JSON=1` prints."""
    process: subprocess.Popen[bytes] | None = None

    def restart(self, between: Callable[[], None] = lambda: None) -> None:
        """Stop the platform as Ctrl-C does, do `between`, and start it again.

        Raises `RuntimeError` when it was started elsewhere or does not get ready.
        """
        if self.process is None:
            raise RuntimeError("The platform was started elsewhere; it is not ours to stop.")
        _stop(self.process)
        try:
            between()
        finally:  # whoever comes next finds it ready, whatever `between` found
            self.process = _start()
            self.described |= _ready(self.process)


@contextmanager
def borrowed(progress: Progress) -> Iterator[Loan]:
    """Give a running platform. Raises `RuntimeError` when one cannot be started."""
    found = layout.running()
    if found is not None:
        yield Loan(found)
        return
    progress.line("The platform does not run; it is started for this.")
    loan = Loan({}, _start())
    try:
        loan.described |= _ready(loan.process)
        yield loan
    finally:
        _stop(loan.process)


def _start() -> subprocess.Popen[bytes]:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "infra.local.platform", "run", "--bare"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "JSON": ""},
            start_new_session=True,
        )


def _stop(process: subprocess.Popen[bytes] | None) -> None:
    if process is None:
        return
    process.send_signal(signal.SIGINT)
    process.wait(STOP_SECONDS)


def _ready(process: subprocess.Popen[bytes] | None) -> dict[str, Any]:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        found = layout.running()
        if found is not None:
            return found
        if process is None or process.poll() is not None:
            break
        time.sleep(0.3)
    tail = LOG.read_text(errors="replace")[-1500:]
    raise RuntimeError(f"The platform did not get ready:\n{tail}")
