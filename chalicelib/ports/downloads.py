"""Files that a person fetches by a link, once made and gone a day later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class Download:
    """A link to a file. `expires_at` is RFC 3339 UTC: until then whoever has the link may fetch."""

    url: str
    expires_at: str


class Downloads(Protocol):
    """Where such files lie."""

    def offer(
        self,
        content: BinaryIO,
        *,
        folder: str,
        name: str,
        media_type: str = "application/gzip",
        shown: bool = False,
    ) -> Download:
        """Keep a file, read from its place on to its end, and return a link to it.

        `folder` is whose it is, `name` how it is saved by whoever fetches it;
        a browser shows it instead where it is `shown`. Raises `Unavailable` when the store does
        not answer.
        """
