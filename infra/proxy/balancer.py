"""Read and change HAProxy's maps over its runtime socket."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.proxy.routes import Routes, difference

LINE_BYTES = 8192
"""How long one line of commands may get; HAProxy reads at most a buffer of 16 KB."""

MANY = 50
"""From here on a map is written anew: to change or remove an entry, HAProxy looks at every one."""


class Silent(Exception):
    """HAProxy does not answer on its socket, or refuses a change."""


class Balancer:
    """A running HAProxy. Every call raises `Silent` when it is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, file: Path) -> Routes:
        """What a map holds now; maps are named by the files that they were loaded from."""
        lines = (line.split() for line in self.say(f"show map {file.name}").splitlines())
        return {words[1]: words[2] for words in lines if len(words) == 3}

    def update(self, file: Path, have: Routes, want: Routes) -> None:
        """Make a map that holds `have` hold `want`.

        A `Silent` in the middle may leave a part of a few changes made; many are made at once.
        """
        changes = difference(have, want)
        if len(changes.changed) + len(changes.removed) > MANY:
            self._replace(file, want)
            return
        name = file.name
        commands = [f"del map {name} {host}" for host in changes.removed]
        commands += [f"set map {name} {host} {entry}" for host, entry in changes.changed.items()]
        commands += [f"add map {name} {host} {entry}" for host, entry in changes.added.items()]
        self._do(commands)

    def _replace(self, file: Path, want: Routes) -> None:
        said = self.say(f"prepare map {file.name}")
        version = said.rpartition(":")[2].strip()
        if not version.isdigit():
            raise Silent(f"HAProxy refuses a change: {said}")
        self._do([f"add map @{version} {file.name} {h} {entry}" for h, entry in want.items()])
        self._do([f"commit map @{version} {file.name}"])

    def _do(self, commands: Iterable[str]) -> None:
        for line in _lines(commands):
            said = self.say(line).strip()
            if said:
                raise Silent(f"HAProxy refuses a change: {said.splitlines()[0]}")

    def say(self, line: str) -> str:
        """What HAProxy answers to one line of commands."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self._path))
                connection.sendall(line.encode() + b"\n")
                return b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        except OSError as error:
            raise Silent(f"HAProxy's socket does not answer: {error}") from error


def _lines(commands: Iterable[str]) -> Iterator[str]:
    """Commands of one line each, joined to as few lines as fit."""
    line = ""
    for command in commands:
        if line and len(line) + len(command) >= LINE_BYTES:
            yield line
            line = ""
        line += f";{command}" if line else command
    if line:
        yield line
