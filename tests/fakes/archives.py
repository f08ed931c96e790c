"""Archives in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.domain.errors import Unavailable
from chalicelib.ports.downloads import Download


@dataclass
class FakeArchives:
    """Pieces by archive and name, what is being joined, and what came of it."""

    pieces: dict[tuple[str, str], bytes] = field(default_factory=dict)
    joinings: dict[str, dict[int, bytes]] = field(default_factory=dict)
    joined: dict[str, bytes] = field(default_factory=dict)
    begun: int = 0

    def put(self, archive: str, name: str, content: bytes) -> None:
        self.pieces[archive, name] = content

    def get(self, archive: str, name: str) -> bytes:
        if (archive, name) not in self.pieces:
            raise Unavailable("It is gone.", code="piece_lost")
        return self.pieces[archive, name]

    def begin(self, archive: str) -> str:
        self.begun += 1
        joining = f"{archive}-{self.begun}"
        self.joinings[joining] = {}
        return joining

    def add(self, archive: str, joining: str, number: int, content: bytes) -> str:
        if joining not in self.joinings:
            raise Unavailable(f"The joining of {archive} is gone.", code="piece_lost")
        self.joinings[joining][number] = content
        return f'"{number}"'

    def finish(self, archive: str, joining: str, marks: Sequence[str]) -> int:
        parts = self.joinings.pop(joining, None)
        if parts is not None:
            self.joined[archive] = b"".join(parts[number] for number in range(1, len(marks) + 1))
        elif archive not in self.joined:
            raise Unavailable("It is gone.", code="piece_lost")
        return len(self.joined[archive])

    def offer(self, archive: str, *, name: str) -> Download:
        return Download(f"http://archives.test/{archive}/{name}", "2026-02-15T10:10:00.000Z")
