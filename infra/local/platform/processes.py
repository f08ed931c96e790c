"""Child processes: started with a log each, awaited, brought back when they die, stopped."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

STOP_SECONDS = 20
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process of the platform."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches the platform first."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - one system call, no locks taken
            )

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask it to end, wait, and end what is left of its family."""
        if self.process is None:
            return
        family = _family(self.process.pid)
        if self.alive:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for member in family:
            if member.is_running():
                try:
                    member.kill()
                except psutil.NoSuchProcess:
                    continue


def _end_with_parent() -> None:
    """Have the kernel ask a child to end when the platform is killed without a word."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


@dataclass
class Family:
    """All processes of the platform. One that dies is started again, and that is told."""

    tell: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(
        self,
        name: str,
        module: str,
        *arguments: str,
        environment: dict[str, str],
        log: Path,
        ready: Callable[[], bool],
        within: float = 180.0,
    ) -> Child:
        """Start a Python module and wait until it is ready.

        Raises `RuntimeError` with the end of its log when it ends or does not get ready.
        """
        command = [sys.executable, "-m", module, *arguments]
        child = Child(name, command, environment, log)
        child.start()
        self.children.append(child)
        end = time.monotonic() + within
        while not ready():
            if not child.alive or time.monotonic() > end:
                raise RuntimeError(f"{name} does not get ready. {_tail(log)}")
            time.sleep(0.05)
        return child

    def watch(self) -> None:
        """Bring back what dies until the platform stops."""
        while not self.stopping.wait(0.5):
            for child in self.children:
                if not child.alive and not self.stopping.is_set():
                    child.restarts += 1
                    self.tell(f"{child.name} ended; it is started again (see {child.log})")
                    child.start()

    def stop(self) -> None:
        """Stop everything, in the opposite order of its start."""
        self.stopping.set()
        for child in reversed(self.children):
            child.stop()

    def memory_mb(self) -> int:
        """What the platform's processes use together, in MB."""
        pids = [os.getpid(), *(c.process.pid for c in self.children if c.process)]
        members = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
        members += [member for pid in pids for member in _family(pid)]
        seen = {member.pid: member for member in members}
        return sum(_memory(member) for member in seen.values()) // 1_048_576


def _memory(member: psutil.Process) -> int:
    try:
        return int(member.memory_full_info().pss)  # what they share counts once
    except psutil.NoSuchProcess:
        return 0


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
    return "Its log ends:\n" + "\n".join(lines)
