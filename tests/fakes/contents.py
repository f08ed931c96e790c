"""Contents in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from chalicelib.domain.errors import Unavailable


@dataclass
class FakeContents:
    """Contents by address. `away` makes the store fail."""

    objects: dict[str, bytes] = field(default_factory=dict)
    away: bool = False

    def put(self, content: bytes) -> str:
        self._answer()
        address = sha256(content).hexdigest()
        self.objects[address] = content
        return address

    def get(self, address: str) -> bytes:
        self._answer()
        content = self.objects.get(address)
        if content is None or sha256(content).hexdigest() != address:
            raise Unavailable("It cannot be read any more.", code="content_lost")
        return content

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("The content store does not answer; try again.")
