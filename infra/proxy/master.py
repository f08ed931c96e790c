"""Ask HAProxy's workers over the socket of their master.

After a reload the earlier worker stays until its last connection ends, and at a stop all of them
do; neither listens on its own socket any longer, and both still count.
"""

from __future__ import annotations

import socket
from pathlib import Path

BACKENDS = frozenset({"apps", "apps_again", "doors", "pages"})
"""Where the requests of people are, by HAProxy's names."""


class Away(Exception):
    """HAProxy's master does not answer."""


class Master:
    """The master of a running HAProxy. Every call raises `Away` when it is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def workers(self) -> list[int]:
        """The process ids of its workers, those of before a reload among them."""
        lines = (line.split() for line in self._say("show proc").splitlines())
        return [int(words[0]) for words in lines if words[1:2] == ["worker"]]

    def ask(self, worker: int, command: str) -> str:
        """What a worker says to a command; nothing when it is gone."""
        said = self._say(f"@!{worker} {command}")
        return "" if said.startswith("Can't find the target") else said

    def in_flight(self) -> int:
        """How many requests, streams and WebSockets go on in all workers."""
        return sum(_in_flight(self.ask(worker, "show stat")) for worker in self.workers())

    def _say(self, line: str) -> str:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self._path))
                connection.sendall(f"{line};quit\n".encode())
                connection.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        except OSError as error:
            raise Away(f"HAProxy's master does not answer: {error}") from error


def _in_flight(stat: str) -> int:
    rows = (line.split(",") for line in stat.splitlines())
    return sum(int(row[4]) for row in rows if row[0] in BACKENDS and row[1:2] == ["BACKEND"])
