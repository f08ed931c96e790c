"""What an archive of a volume is: its form, how large its parts are, and what a bucket says of it.

An archive is a tar of the volume's data, packed by gzip and encrypted by OpenSSL under a passphrase
of its own. It is sent in parts, whose sizes and MD5 the bucket tells back in its `ETag`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

MB = 1024 * 1024
SMALLEST_PART = 16 * MB
"""Bytes of a part; S3 takes nothing under 5 MB but the last one."""
USUAL_PARTS = 400
"""How many parts a large volume is sent in: each waits whole on the server until it is sent."""
OVERHEAD = 1.1
"""How much longer than the data an archive gets at most: headers of tar, data that packs badly."""
HEADERS_MB = 64
"""What the headers of very many small files take besides."""
DECRYPTED_BY = "openssl enc -d -aes-256-ctr -pbkdf2 -pass file:passphrase.txt -in {file}"
OPENED_BY = DECRYPTED_BY + " | tar -xz"
"""How a person opens an archive that lies in `{file}`, with the passphrase in a file beside it."""


@dataclass(frozen=True)
class Part:
    """One part as it was sent: its number from 1 on, and its MD5 in hexadecimal digits."""

    number: int
    bytes: int
    md5: str


@dataclass(frozen=True)
class Cut:
    """How an archive is cut: so many bytes a part, and at most so many parts."""

    part_bytes: int
    parts: int


def cut_for(held_mb: int) -> Cut:
    """How the archive of a volume is cut that holds so many MB."""
    most = int(held_mb * MB * OVERHEAD) + HEADERS_MB * MB
    size = max(SMALLEST_PART, -(-most // (USUAL_PARTS * MB)) * MB)
    return Cut(size, -(-most // size))


def etag_of(parts: Iterable[Part]) -> str:
    """What S3 and what speaks like it call an object that was put together of these parts."""
    sums = [bytes.fromhex(part.md5) for part in sorted(parts, key=lambda one: one.number)]
    return f"{hashlib.md5(b''.join(sums), usedforsecurity=False).hexdigest()}-{len(sums)}"
