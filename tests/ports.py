"""Ports for what a test starts, each given once: no other test, and no connection, takes it."""

from __future__ import annotations

import fcntl
import os
import random
import socket
from contextlib import ExitStack, closing
from io import TextIOWrapper
from pathlib import Path
from tempfile import gettempdir

FIRST, LAST = 21_000, 29_999
"""Below the ports that the kernel gives to connections that go out (32768 and more)."""
LOOPBACK = "127.0.0.1"
_NOTES = Path(gettempdir()) / f"test-ports-{os.getuid()}"
_given: list[TextIOWrapper] = []
"""The notes of the ports that this process has: they are locked for as long as it lives."""


def free_port(*addresses: str) -> int:
    """A port that is free on the addresses, loopback if none is named, over TCP and UDP.

    Who asks may bind it later: until this process ends nobody else is given it.
    """
    _NOTES.mkdir(exist_ok=True)
    for port in random.sample(range(FIRST, LAST + 1), LAST + 1 - FIRST):
        note = (_NOTES / str(port)).open("w")
        if _is_mine(note) and _is_free(port, addresses or (LOOPBACK,)):
            _given.append(note)
            return port
        note.close()
    raise AssertionError(f"no free port from {FIRST} to {LAST}")


def _is_mine(note: TextIOWrapper) -> bool:
    try:
        fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_free(port: int, addresses: tuple[str, ...]) -> bool:
    with ExitStack() as held:
        try:
            for address in addresses:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    tried = held.enter_context(closing(socket.socket(socket.AF_INET, kind)))
                    tried.bind((address, port))
        except OSError:
            return False
    return True
