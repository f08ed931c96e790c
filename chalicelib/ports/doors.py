"""The doors of nodes as a caller from outside meets them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """What a caller shows at a door, and whom it believes, as PEM. It never leaves memory.

    An empty `chain` shows nothing.
    """

    authority: str
    chain: str = ""
    key: str = ""

    def __repr__(self) -> str:
        """Show that it is one, never the key."""
        return "Card(…)"


@dataclass(frozen=True)
class Door:
    """A node's door, asked for one name with one card."""

    name: str
    card: Card
