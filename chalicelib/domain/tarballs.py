"""Packs files into pieces that are written apart and make one `.tar.gz` in a row.

gzip takes files that follow each other as one, and tar needs its end only once.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass

END_BYTES = 2 * tarfile.BLOCKSIZE
LEVEL = 6


@dataclass(frozen=True)
class Member:
    """One file of an archive. `secret` has it readable for its owner alone."""

    path: str
    content: bytes
    secret: bool = False

    @property
    def sha256(self) -> str:
        """Of its content, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def piece(members: Iterable[Member], *, at: int) -> bytes:
    """Pack files; `at` is when they were written, in seconds since 1970."""
    text = io.BytesIO()
    for one in members:
        entry = tarfile.TarInfo(one.path)
        entry.size, entry.mtime = len(one.content), at
        entry.mode = 0o600 if one.secret else 0o644
        text.write(entry.tobuf(tarfile.PAX_FORMAT))
        text.write(one.content)
        text.write(b"\0" * (-len(one.content) % tarfile.BLOCKSIZE))
    return gzip.compress(text.getvalue(), LEVEL, mtime=0)


def end() -> bytes:
    """What follows the last piece."""
    return gzip.compress(b"\0" * END_BYTES, LEVEL, mtime=0)
