"""Read and change HAProxy's maps over its runtime socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

from infra.proxy.routes import Difference, Routes

LINE_BYTES = 8192
"""How long one line of commands may get; HAProxy reads at most a buffer of 16 KB."""


class Silent(Exception):
    """HAProxy does not answer on its socket, or refuses a change."""


class Balancer:
    """A running HAProxy. Every call raises `Silent` when it is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, file: Path) -> Routes:
        """What a map holds now; maps are named by the files that they were loaded from."""
        lines = (line.split() for line in self._say(f"show map {file.name}").splitlines())
        return {words[1]: words[2] for words in lines if len(words) == 3}

    def change(self, file: Path, changes: Difference) -> None:
        """Change a map. A `Silent` in the middle leaves a part of the changes made."""
        for line in _lines(file.name, changes):
            said = self._say(line).strip()
            if said:
                raise Silent(f"HAProxy refuses a change: {said.splitlines()[0]}")

    def _say(self, line: str) -> str:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self._path))
                connection.sendall(line.encode() + b"\n")
                return b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        except OSError as error:
            raise Silent(f"HAProxy's socket does not answer: {error}") from error


def _lines(name: str, changes: Difference) -> Iterator[str]:
    """Changes as commands, as many on a line as fit."""
    line = ""
    for command in _commands(name, changes):
        if line and len(line) + len(command) >= LINE_BYTES:
            yield line
            line = ""
        line += f";{command}" if line else command
    if line:
        yield line


def _commands(name: str, changes: Difference) -> Iterator[str]:
    for host in changes.removed:
        yield f"del map {name} {host}"
    for host, entry in changes.changed.items():
        yield f"set map {name} {host} {entry}"
    for host, entry in changes.added.items():
        yield f"add map {name} {host} {entry}"
