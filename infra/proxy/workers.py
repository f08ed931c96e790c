"""Reads what every worker of HAProxy counts, those that stop included.

A worker that stops, for a reload or for good, no longer listens and forgets at once what it
counted of apps without a request in flight, and within a second what the others had. So a line to
it is kept open from before; it keeps the worker, too, until it was read for the last time. Workers
to which there is no line, after a restart of who reads, are asked through their master.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra.proxy import counters
from infra.proxy.counters import Traffic
from infra.proxy.master import Away, Master

_NUMBER = re.compile(r"^(Pid|Start_time_sec|Uptime_sec|Stopping|CurrConns): (\d+)$", re.MULTILINE)
_PROMPT = b"\n> "
_TABLE = f"show table {counters.TABLE}"


@dataclass(frozen=True)
class Info:
    """What a worker tells of itself."""

    pid: int
    started: int
    uptime: int
    is_done: bool
    """Whether it stops and has no connection left."""

    @property
    def name(self) -> str:
        """A name that no other process has had: process ids are given again."""
        return f"{self.pid}-{self.started}"


def is_running(worker: str) -> bool:
    """Whether a process of a worker's id is there, whatever it is."""
    return Path("/proc", worker.partition("-")[0]).exists()


@dataclass(frozen=True)
class Reading:
    """What one worker has counted so far."""

    worker: str
    uptime: int
    table: dict[str, Traffic]


class Line:
    """A connection to a worker's own socket that stays open. Calls raise `Away`."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(5)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self.close()
            raise Away(f"HAProxy's socket does not answer: {error}") from error
        self.ask("prompt")

    def ask(self, command: str) -> str:
        """What the worker says to a command."""
        said = bytearray()
        try:
            self._socket.sendall(command.encode() + b"\n")
            while not said.endswith(_PROMPT):
                piece = self._socket.recv(262_144)
                if not piece:
                    raise Away("The worker is gone.")
                said += piece
        except OSError as error:
            raise Away(f"HAProxy's socket does not answer: {error}") from error
        return said[: 1 - len(_PROMPT)].decode()

    def close(self) -> None:
        """Let the worker go."""
        self._socket.close()


@dataclass
class Workers:
    """All workers of one HAProxy."""

    path: Path
    """The socket of the worker that listens."""
    master: Master
    lines: dict[str, Line] = field(default_factory=dict)
    names: dict[int, Info] = field(default_factory=dict)
    """Those that are asked through the master, by their process ids."""

    @property
    def are_many(self) -> bool:
        """Whether there is another one than the one that listens."""
        return len(self.lines) + len(self.names) > 1

    def read(self) -> list[Reading]:
        """Read all that can be read now. Raises `Away` when there is none."""
        self._connect()
        readings = [reading for name in list(self.lines) for reading in self._over_line(name)]
        try:
            readings += self._through_master()
        except Away:
            if not readings:
                raise
        return readings

    def _connect(self) -> None:
        """Open a line to the worker that listens, unless there is one."""
        with suppress(Away):
            line = Line(self.path)
            try:
                info = _info(line.ask("show info"))
            except Away:
                line.close()
                raise
            if info is None or info.name in self.lines:
                line.close()
            else:
                self.lines[info.name] = line

    def _over_line(self, name: str) -> Iterator[Reading]:
        """Read over a line, and give it up when the worker is gone or done."""
        line = self.lines[name]
        try:
            info, table = _info(line.ask("show info")), _table(line.ask(_TABLE))
        except Away:
            info = table = None
        if info is not None and table is not None:
            yield Reading(name, info.uptime, table)
        if info is None or info.is_done:
            line.close()
            del self.lines[name]

    def _through_master(self) -> Iterator[Reading]:
        """Read the workers to which there is no line."""
        reached = {int(name.partition("-")[0]) for name in self.lines}
        left = [pid for pid in self.master.workers() if pid not in reached]
        self.names = {pid: info for pid, info in self.names.items() if pid in left}
        for pid in left:
            info = self.names.get(pid) or _info(self.master.ask(pid, "show info"))
            table = _table(self.master.ask(pid, _TABLE))
            if info is not None and table is not None:
                self.names[pid] = info
                yield Reading(info.name, info.uptime, table)


def _info(said: str) -> Info | None:
    told = {name: int(number) for name, number in _NUMBER.findall(said)}
    if not {"Pid", "Start_time_sec"} <= told.keys():
        return None
    is_done = told.get("Stopping") == 1 and told.get("CurrConns") == 0
    return Info(told["Pid"], told["Start_time_sec"], told.get("Uptime_sec", 0), is_done)


def _table(said: str) -> dict[str, Traffic] | None:
    """Read a table; what ended in the middle of its answer is not believed."""
    is_whole = said.startswith("# table") and said.endswith("\n\n")
    return counters.read(said) if is_whole else None
