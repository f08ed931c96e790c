"""Buckets of archives: links for servers that send and fetch, and the proof of what is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.domain.archives import Part


@dataclass(frozen=True)
class BucketAccess:
    """A bucket that a customer names, and the key under which it is spoken to."""

    endpoint: str | None
    """`https://` with a host, and a port at most; None for AWS's own S3 of the region."""
    region: str
    bucket: str
    prefix: str
    """The folder in which everything lies; empty for the bucket itself."""
    key_id: str
    secret: str = field(repr=False)


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

    def ways(self) -> tuple[str, ...]:
        """How servers get to the bucket, where its name is not to be looked up by them.

        `host:port:address,address` each, with addresses that were looked at a moment ago; none
        where the name may lead them. Raises `BucketRefused` for an address that nobody may have.
        """


class CustomersVault(Vault, Protocol):
    """A bucket that a customer named.

    Every method that asks the bucket raises `BucketRefused` too, which says what may not be done.
    """

    def prove(self) -> None:
        """Do there what a backup and its restore do, with a few bytes, and leave nothing.

        An object is begun, sent by a signed link, put together, proven, fetched by a signed link,
        and removed. Raises `BucketRefused`, and `Unavailable` when the bucket does not answer.
        """
