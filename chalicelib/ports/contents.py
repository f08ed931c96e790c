"""Where long texts and indexes lie: immutable bytes, addressed by what they hold."""

from __future__ import annotations

from typing import Protocol


class Contents(Protocol):
    """One folder of immutable contents. An address never comes to mean other bytes."""

    def put(self, content: bytes) -> str:
        """Keep bytes and return their address, the SHA-256 in hexadecimal; repeats change nothing.

        Raises `Unavailable` when the store does not answer.
        """

    def get(self, address: str) -> bytes:
        """Read what was put under an address.

        Raises `Unavailable` when the store does not answer, and with code `content_lost` when
        nothing is there, or something else than the address says.
        """
