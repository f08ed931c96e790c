"""Run HAProxy and its agents as children: start them, bring back the one that dies, drain.

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
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from infra.proxy.master import Away

LOOK_SECONDS = 0.1
LAST_WORDS_SECONDS = 4.0
"""How long each may take to end once it is asked to."""

WARNING_SECONDS = 0.05
"""How long the counting agent is given to read what HAProxy counted before that stops."""

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
    before: Callable[[], None] = lambda: None
    """What is done before it is started again."""

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
        self.before()
        self.start()

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def stop(self) -> None:
        """Ask it to end."""
        self.tell(self.stop_signal)

    def wait(self, until: float) -> None:
        """Wait until it has ended, and end it at a moment of the monotonic clock."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Proxy:
    """HAProxy and its agents, as one."""

    haproxy: Child
    agent: Child
    drain_seconds: float
    in_flight: Callable[[], int]
    """How many requests go on. Raises `Away` when HAProxy does not tell."""
    hold: Callable[[], AbstractContextManager[object]]
    """Keeps HAProxy running although it has nothing to do any more."""
    counter: Child | None = None
    """The counting agent."""

    @property
    def children(self) -> list[Child]:
        """All of them."""
        return [one for one in (self.haproxy, self.agent, self.counter) if one is not None]

    def run(
        self, stopping: threading.Event, asked: threading.Event, rewrite: Callable[[], bool]
    ) -> None:
        """Keep all running until told to stop, then let them finish what they are at.

        When it is asked to, HAProxy reads its configuration again once `rewrite` wrote a good one.
        """
        for child in self.children:
            child.start()
        while not stopping.wait(LOOK_SECONDS):
            for child in self.children:
                child.keep()
            if asked.is_set():
                asked.clear()
                if rewrite():
                    self._warn_counter()
                    # The master starts another worker, which takes the listening sockets over.
                    self.haproxy.tell(signal.SIGUSR2)
        self._drain()

    def _drain(self) -> None:
        """End HAProxy after its last request, and its agents before HAProxy forgets all it counted.

        Clients that wait between two requests are not waited for.
        """
        until = time.monotonic() + self.drain_seconds
        with ExitStack() as held:
            with suppress(OSError, HTTPException):
                held.enter_context(self.hold())
            self._warn_counter()
            self.haproxy.stop()
            while time.monotonic() < until and self._is_busy():
                time.sleep(LOOK_SECONDS)
            agents = [child for child in self.children if child is not self.haproxy]
            for child in agents:
                child.stop()
            last = time.monotonic() + LAST_WORDS_SECONDS
            for child in agents:
                child.wait(last)
        for child in self.children:
            child.tell(signal.SIGTERM)
            child.wait(time.monotonic() + LAST_WORDS_SECONDS)

    def _warn_counter(self) -> None:
        """Have the counting agent read all the time: who stops forgets what it counted."""
        if self.counter is not None:
            self.counter.tell(signal.SIGUSR1)
            time.sleep(WARNING_SECONDS)

    def _is_busy(self) -> bool:
        try:
            return self.in_flight() > 0
        except Away:
            return False
