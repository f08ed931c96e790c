"""The bucket of archives: links for servers that send and fetch, and the proof of what is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from chalicelib.domain.archives import Part


class Vault(Protocol):
    """One bucket that speaks S3. Every method raises `Unavailable` when it does not answer."""

    def begin(self, key: str) -> str:
        """Begin an object that comes in parts, and return what its upload is called."""

    def part_links(self, key: str, upload: str, *, parts: int, seconds: int) -> tuple[str, ...]:
        """Sign a link for each part, by which whoever has it may put that part and nothing else.

        They are signed here, without asking the bucket, and work for so many seconds.
        """

    def finish(self, key: str, upload: str, parts: Iterable[Part]) -> int:
        """Put the object together and return its size in bytes.

        It is whole when the bucket itself tells the size and the sum that these parts have
        together. Raises `ArchiveDamaged` where it tells others, or lacks a part. An object that
        was put together by an earlier try is looked at in the same way.
        """

    def abandon(self, key: str, upload: str) -> None:
        """Have the bucket forget an upload that was begun; one that is gone is fine."""

    def size(self, key: str) -> int | None:
        """How many bytes an object has; None when it is not there."""

    def link(self, key: str, *, seconds: int) -> str:
        """Sign a link by which a server may fetch an object for so many seconds."""

    def public_link(self, key: str, *, seconds: int, name: str) -> str:
        """Sign a link by which a person may save an object under a name, likewise."""

    def remove(self, key: str) -> None:
        """Remove an object; one that is gone is fine."""
