"""A bucket of archives in memory; servers put parts there, and fetch, by links that it signs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from chalicelib.domain.archives import Part, etag_of
from chalicelib.domain.errors import ArchiveDamaged


@dataclass
class FakeVault:
    """Objects by their keys, and the parts of uploads that were begun."""

    objects: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    """What each object holds, and its sum."""
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    begun: int = 0

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


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
