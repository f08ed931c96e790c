"""Reads what Docker sends of a container's output: frames, times, and lines in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chalicelib.domain.logs import Line, Stream

KEPT = 32 * 1024
"""Bytes of one line that are kept."""
PIECE = 16 * 1024
"""Bytes after which Docker writes a line in several pieces, each with the line's time."""
_HEADER = 8
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ")
_TIME_BYTES = 31
"""A time and the space that follows it."""

Frame = tuple[Stream, bytes]


def frames(chunks: Iterable[bytes]) -> Iterator[Frame]:
    """Take Docker's stream of two outputs apart: each frame has its stream and its length."""
    left = bytearray()
    for chunk in chunks:
        left += chunk
        start = 0
        while len(left) - start >= _HEADER:
            end = start + _HEADER + int.from_bytes(left[start + 4 : start + _HEADER], "big")
            if len(left) < end:
                break
            stream: Stream = "stderr" if left[start] == 2 else "stdout"
            yield stream, bytes(left[start + _HEADER : end])
            start = end
        del left[:start]


def terminal_frames(chunks: Iterable[bytes]) -> Iterator[Frame]:
    """Cut what a terminal shows into frames as Docker makes them of two outputs.

    Only ends of lines tell entries apart there, and the times that stand before each piece.
    """
    left = bytearray()
    for chunk in chunks:
        left += chunk
        while left:
            end = left.find(b"\n", 0, _TIME_BYTES + PIECE) + 1
            if not end:
                if len(left) < _TIME_BYTES + PIECE:
                    break
                end = _TIME_BYTES + PIECE
            yield "stdout", bytes(left[:end])
            del left[:end]
    if left:
        yield "stdout", bytes(left)


@dataclass
class _Open:
    """A line whose end has not come yet."""

    at: bytes
    text: bytearray = field(default_factory=bytearray)
    dropped: int = 0

    def add(self, piece: bytes) -> None:
        kept = piece[: max(0, KEPT - len(self.text))]
        self.text += kept
        self.dropped += len(piece) - len(kept)

    def line(self, stream: Stream) -> Line:
        text = self.text.removesuffix(b"\n").removesuffix(b"\r")
        return Line(stream, self.at.decode(), text.decode(errors="replace"), self.dropped)


def lines(found: Iterable[Frame], *, is_running: bool) -> Iterator[Line]:
    """Put lines together that begin with their times.

    A piece belongs to the line before it when it has the same time. What has no end is a line
    of its own, unless its container runs and may yet write the rest.
    """
    begun: dict[Stream, _Open] = {}
    for stream, frame in found:
        if not _TIME.match(frame):
            continue
        at, piece = frame[: _TIME_BYTES - 1], frame[_TIME_BYTES:]
        line = begun.get(stream)
        if line is not None and line.at != at:
            yield begun.pop(stream).line(stream)
        line = begun.setdefault(stream, _Open(at))
        line.add(piece)
        if piece.endswith(b"\n"):
            yield begun.pop(stream).line(stream)
    if not is_running:
        for stream, line in begun.items():
            yield line.line(stream)


class Heads:
    """Keeps the beginning of what comes on each stream."""

    def __init__(self, kept: int) -> None:
        self.kept = kept
        self.streams: dict[Stream, bytearray] = {"stdout": bytearray(), "stderr": bytearray()}
        self.is_truncated = False

    def take(self, found: Iterable[Frame]) -> None:
        """Read to the end."""
        for stream, piece in found:
            head = self.streams[stream]
            self.is_truncated |= len(head) + len(piece) > self.kept
            head += piece[: self.kept - len(head)]

    def text(self, stream: Stream) -> str:
        """What was kept of a stream."""
        return self.streams[stream].decode(errors="replace")
