"""Use the platform that runs, or start one for the time of a task and stop it after."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, Any

from infra.local import exclusive
from infra.local.platform import layout
from infra.local.platform.progress import Progress

READY_SECONDS = 900
STOP_SECONDS = 300
STARTING = "platform-start"
"""One at a time starts, stops or restarts it."""
BARE = "--bare"
"""Tells a platform that was started for a task from one that somebody looks at."""
LOG = layout.STATE / "borrowed.log"
"""Beside the logs that the platform follows: it holds what the platform itself says."""


@dataclass
class Loan:
    """A running platform, which others may use at the same time."""

    described: dict[str, Any]
    """What `make status JSON=1` prints."""
    company: IO[str]
    """The lock that all who use the platform share, or one of them has."""

    @property
    def is_for_tasks(self) -> bool:
        """Whether it was started for a task, and by nobody who looks at it."""
        process = layout.process()
        return process is not None and BARE in process.cmdline()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have the platform for oneself: wait until all others are done with it."""
        fcntl.flock(self.company, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self.company, fcntl.LOCK_SH)

    def restart(self, between: Callable[[], None] = lambda: None) -> None:
        """Stop the platform as Ctrl-C does, do `between`, and start it again.

        Raises `RuntimeError` when it was started elsewhere or does not get ready.
        """
        if not self.is_for_tasks:
            raise RuntimeError("The platform was started elsewhere; it is not ours to stop.")
        with exclusive(STARTING):
            _stop()
            try:
                between()
            finally:  # whoever comes next finds it ready, whatever `between` found
                self.described |= _started()


@contextmanager
def borrowed(progress: Progress) -> Iterator[Loan]:
    """Give a running platform. Raises `RuntimeError` when one cannot be started.

    One that was started for a task is stopped by the last who uses it.
    """
    with ExitStack() as held:
        with exclusive(STARTING):
            if layout.running() is None:
                progress.line("The platform does not run; it is started for this.")
                _started()
            use = held.enter_context(_shared("platform-use"))
        company = held.enter_context(_shared("platform-company"))
        loan = Loan(layout.running() or {}, company)
        try:
            yield loan
        finally:
            with exclusive(STARTING):
                if loan.is_for_tasks and _is_last(use):
                    _stop()


@contextmanager
def _shared(name: str) -> Iterator[IO[str]]:
    """Hold a lock together with others."""
    with (layout.STATE / f"locks/{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield handle


def _is_last(use: IO[str]) -> bool:
    """Whether nobody else uses the platform."""
    try:
        fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _started() -> dict[str, Any]:
    """Start a platform and wait until it is ready; one that does not get ready is stopped."""
    process = _start()
    try:
        return _ready(process)
    except BaseException:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)
        raise


def _start() -> subprocess.Popen[bytes]:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "infra.local.platform", "run", BARE],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "JSON": ""},
            start_new_session=True,
        )


def _stop() -> None:
    process = layout.process()
    if process is not None:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)


def _ready(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        found = layout.running()
        if found is not None:
            return found
        if process.poll() is not None:
            break
        time.sleep(0.3)
    tail = LOG.read_text(errors="replace")[-1500:]
    raise RuntimeError(f"The platform did not get ready:\n{tail}")
