"""A channel as HTTP's library wants a socket: one that it left stays open for who still reads."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import paramiko


class ChannelSocket:
    """A channel that closes when it was left and every file that was made of it is closed.

    An answer that ends with its connection is read after the library has closed the socket, which
    a socket of the system allows and a channel does not.
    """

    def __init__(self, channel: paramiko.Channel) -> None:
        self.channel = channel
        self.readers = 0
        self.is_left = False

    def __getattr__(self, name: str) -> Any:
        """Be the channel in everything else."""
        return getattr(self.channel, name)

    def makefile(self, _mode: str = "rb", _buffering: int = -1) -> io.BufferedReader:
        """Make a file to read from."""
        self.readers += 1
        return io.BufferedReader(_Reader(self.channel, self._ended))

    def close(self) -> None:
        """Leave it."""
        self.is_left = True
        if not self.readers:
            self.channel.close()

    def _ended(self) -> None:
        self.readers -= 1
        if self.is_left and not self.readers:
            self.channel.close()


class _Reader(io.RawIOBase):
    def __init__(self, channel: paramiko.Channel, ended: Callable[[], None]) -> None:
        super().__init__()
        self.channel = channel
        self.ended = ended

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        received = self.channel.recv(len(buffer))
        buffer[: len(received)] = received
        return len(received)

    def close(self) -> None:
        if not self.closed:
            super().close()
            self.ended()
