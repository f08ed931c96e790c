"""A channel that is left stays open for whoever still reads from it."""

from __future__ import annotations

from typing import Any, cast

import paramiko

from chalicelib.adapters.nodes.channel_socket import ChannelSocket


class Channel:
    """The part of a channel that is used here."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)
        self.closed = False

    def recv(self, size: int) -> bytes:
        if not self.pieces:
            return b""
        piece = self.pieces.pop(0)
        if len(piece) > size:
            self.pieces.insert(0, piece[size:])
        return piece[:size]

    def close(self) -> None:
        self.closed = True


def made(*pieces: bytes) -> tuple[Channel, ChannelSocket]:
    channel = Channel(*pieces)
    return channel, ChannelSocket(cast("paramiko.Channel", cast("Any", channel)))


def test_answer_is_read_to_its_end_after_the_connection_was_left() -> None:
    channel, lent = made(b"first\n", b"sec", b"ond\n")
    file = lent.makefile("rb")
    assert file.readline() == b"first\n"

    lent.close()

    assert not channel.closed
    assert file.read() == b"second\n"
    file.close()
    file.close()
    assert channel.closed


def test_connection_that_is_kept_stays_open_between_answers() -> None:
    channel, lent = made(b"one", b"two")

    for _ in range(2):
        with lent.makefile("rb") as file:
            file.peek()
        assert not channel.closed

    lent.close()
    assert channel.closed


def test_everything_else_is_the_channels_own() -> None:
    channel, lent = made()

    assert lent.closed is False
    assert lent.pieces is channel.pieces
