"""Run HAProxy and the route agent as children: start them, bring back the one that dies, drain.

Neither outlives this process, whatever ends it: a HAProxy left alone would hold the port.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.1
RESTART_SECONDS = 1.0
"""The least time between two starts of one child."""

log = logging.getLogger("supervisor")

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def _die_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have ended before the kernel was asked.
    if os.getppid() != parent:
        os._exit(1)


@dataclass
class Child:
    """A process to keep running."""

    name: str
    command: list[str]
    stop_signal: signal.Signals
    folder: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    def start(self) -> None:
        """Start it, apart from the terminal's Ctrl-C: it is this process that stops it."""
        parent = os.getpid()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: _die_with(parent),  # noqa: PLW1509 - this process has one thread
        )

    def keep(self) -> None:
        """Start it again if it has ended."""
        if self.process is None or self.process.poll() is None:
            return
        if time.monotonic() - self.started < RESTART_SECONDS:
            return
        log.error("%s ended with %d and is started again", self.name, self.process.returncode)
        self.start()

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait(self, until: float) -> None:
        """Wait until it has ended, and end it at a moment of the monotonic clock."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(children: list[Child], stopping: threading.Event, drain_seconds: float) -> None:
    """Keep the children running until told to stop, then let them finish what they are at."""
    for child in children:
        child.start()
    while not stopping.wait(LOOK_SECONDS):
        for child in children:
            child.keep()
    for child in children:
        child.stop()
    until = time.monotonic() + drain_seconds
    for child in children:
        child.wait(until)
