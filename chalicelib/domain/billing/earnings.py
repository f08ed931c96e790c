"""What creators earn by the lines of an invoice, and what the platform keeps of it.

The platform's fee is a share of what all of a creator's lines on one invoice come to, in basis
points, rounded down to a whole cent: a creator never pays more than the share. Of a correction that
takes away, it gives back as much by the same rule. Whoever runs an own app pays for it as anybody
does, and earns by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.billing.invoice import EARNING, Item

WHOLE = 10_000
"""Basis points of everything."""


@dataclass
class Share:
    """What one creator's lines come to, and the fee on it."""

    cents: int = 0
    fee: int = 0
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By template: its name, and what its lines come to."""

    @property
    def earned(self) -> int:
        """What is the creator's."""
        return self.cents - self.fee


def fee_of(cents: int, basis_points: int) -> int:
    """The platform's fee on an amount, rounded down to a whole cent, also of what is taken away."""
    fee = abs(cents) * basis_points // WHOLE
    return fee if cents >= 0 else -fee


def shares_of(items: Iterable[Item], basis_points: int) -> dict[str, Share]:
    """The shares of all creators by lines of apps; of what nobody made, the platform has all."""
    shares: dict[str, Share] = {}
    for item in items:
        if item["kind"] not in EARNING or not item["creator_id"]:
            continue
        share = shares.setdefault(item["creator_id"], Share())
        share.cents += item["cents"]
        known = share.templates.setdefault(
            str(item["template_id"]), {"name": item["template_name"], "cents": 0}
        )
        known["cents"] += item["cents"]
    for share in shares.values():
        share.fee = fee_of(share.cents, basis_points)
    return shares
