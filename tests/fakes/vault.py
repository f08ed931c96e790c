"""A bucket of archives in memory; servers put parts there, and fetch, by links that it signs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from chalicelib.domain.archives import Part, etag_of
from chalicelib.domain.errors import ArchiveDamaged, ProductError
from chalicelib.ports.vaults import BucketAccess


@dataclass
class FakeVault:
    """Objects by their keys, and the parts of uploads that were begun."""

    objects: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    """What each object holds, and its sum."""
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    begun: int = 0
    refusals: dict[str, ProductError] = field(default_factory=dict)
    """What customers' buckets answer with to everything, by their names."""
    proven: list[BucketAccess] = field(default_factory=list)

    def begin(self, key: str) -> str:
        self.begun += 1
        upload = f"upload-{self.begun}"
        self.uploads[upload] = {}
        return upload

    def part_links(self, key: str, upload: str, *, parts: int, seconds: int) -> tuple[str, ...]:
        return tuple(f"put {upload} {number}" for number in range(1, parts + 1))

    def finish(self, key: str, upload: str, parts: Iterable[Part]) -> int:
        sent = tuple(parts)
        if upload in self.uploads:
            put = self.uploads.pop(upload)
            whole = b"".join(put.get(part.number, b"") for part in sent)
            sums = [Part(n, len(p), _md5(p)) for n, p in sorted(put.items())]
            self.objects[key] = (whole, etag_of(sums))
        if self.objects.get(key, (b"", ""))[1] != etag_of(sent):
            raise ArchiveDamaged("The bucket has something else.")
        return len(self.objects[key][0])

    def abandon(self, key: str, upload: str) -> None:
        self.uploads.pop(upload, None)

    def size(self, key: str) -> int | None:
        found = self.objects.get(key)
        return len(found[0]) if found else None

    def link(self, key: str, *, seconds: int) -> str:
        return f"get {key}"

    def public_link(self, key: str, *, seconds: int, name: str) -> str:
        return f"https://vault.test/{key}"

    def remove(self, key: str) -> None:
        self.objects.pop(key, None)

    def ways(self) -> tuple[str, ...]:
        return ()

    def bucket(self, access: BucketAccess) -> FakeBucket:
        """A customer's bucket; what lies there is found in here, under its name."""
        return FakeBucket(self, access)

    # What servers do with links ---------------------------------------------------------

    def put(self, link: str, content: bytes) -> bool:
        """Put a part; whether the bucket took it."""
        _, upload, number = link.split()
        if upload not in self.uploads:
            return False
        self.uploads[upload][int(number)] = content
        return True

    def fetch(self, link: str) -> bytes | None:
        """Fetch an object; None where there is none."""
        found = self.objects.get(link.removeprefix("get "))
        return found[0] if found else None


@dataclass
class FakeBucket:
    """A bucket that a customer named, which may refuse everything."""

    house: FakeVault
    access: BucketAccess

    def _asked(self) -> FakeVault:
        refusal = self.house.refusals.get(self.access.bucket)
        if refusal:
            raise refusal
        return self.house

    def _key(self, key: str) -> str:
        return "/".join(filter(None, (self.access.bucket, self.access.prefix, key)))

    def begin(self, key: str) -> str:
        return self._asked().begin(self._key(key))

    def part_links(self, key: str, upload: str, *, parts: int, seconds: int) -> tuple[str, ...]:
        return self.house.part_links(self._key(key), upload, parts=parts, seconds=seconds)

    def finish(self, key: str, upload: str, parts: Iterable[Part]) -> int:
        return self._asked().finish(self._key(key), upload, parts)

    def abandon(self, key: str, upload: str) -> None:
        self._asked().abandon(self._key(key), upload)

    def size(self, key: str) -> int | None:
        return self._asked().size(self._key(key))

    def link(self, key: str, *, seconds: int) -> str:
        return self.house.link(self._key(key), seconds=seconds)

    def public_link(self, key: str, *, seconds: int, name: str) -> str:
        return self.house.public_link(self._key(key), seconds=seconds, name=name)

    def remove(self, key: str) -> None:
        self._asked().remove(self._key(key))

    def ways(self) -> tuple[str, ...]:
        self._asked()
        return (f"{self.access.bucket}.test:443:203.0.113.80",)

    def prove(self) -> None:
        self._asked()
        self.house.proven.append(self.access)


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
