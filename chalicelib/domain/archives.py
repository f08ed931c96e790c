"""What an archive is: its form and its name, how large its parts are, and what a bucket says of it.

An archive is a tar of a volume's data, or what a service dumped, packed by gzip and encrypted by
OpenSSL under a passphrase of its own. It is sent in parts, whose sizes and MD5 the bucket tells
back in its `ETag`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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
DUMP_OPENED_BY = DECRYPTED_BY + " | gunzip >{name}"
DUMP_TIMES = 2
"""How much longer a dump is at most than what its volumes hold: they may be packed themselves."""
ENDING, DUMP_ENDING = ".tar.gz.enc", ".dump.gz.enc"
"""What the file name of an archive ends in."""
_OF_DUMP = "dump:"
"""What the name of a dump's archive begins with; no volume has a colon in its name."""


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


def is_dump(one: Mapping[str, Any]) -> bool:
    """Whether an archive that a record tells of is a dump; before there were any, none says so."""
    return one.get("kind") == "dump"


def name_of(one: Mapping[str, Any]) -> str:
    """What tells an archive from the others of its backup."""
    return f"{_OF_DUMP}{one['service']}" if is_dump(one) else str(one["volume"])


def volumes_of(one: Mapping[str, Any]) -> tuple[str, ...]:
    """The volumes whose data an archive holds."""
    return tuple(one["volumes"]) if is_dump(one) else (str(one["volume"]),)


def file_of(one: Mapping[str, Any]) -> str:
    """What an archive is called where people keep it."""
    return f"{one['service']}{DUMP_ENDING}" if is_dump(one) else f"{one['volume']}{ENDING}"


def opened_by(one: Mapping[str, Any]) -> str:
    """The command by which a person opens an archive."""
    if is_dump(one):
        return DUMP_OPENED_BY.format(file=file_of(one), name=f"{one['service']}.dump")
    return OPENED_BY.format(file=file_of(one))


def cut_for(held_mb: int) -> Cut:
    """How the archive of a volume is cut that holds so many MB."""
    most = int(held_mb * MB * OVERHEAD) + HEADERS_MB * MB
    size = max(SMALLEST_PART, -(-most // (USUAL_PARTS * MB)) * MB)
    return Cut(size, -(-most // size))


def etag_of(parts: Iterable[Part]) -> str:
    """What S3 and what speaks like it call an object that was put together of these parts."""
    sums = [bytes.fromhex(part.md5) for part in sorted(parts, key=lambda one: one.number)]
    return f"{hashlib.md5(b''.join(sums), usedforsecurity=False).hexdigest()}-{len(sums)}"
