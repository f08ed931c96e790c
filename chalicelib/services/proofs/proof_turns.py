"""How many proofs may be in hand: one of each version, and a few of an account."""

from __future__ import annotations

from chalicelib.ports.records import Count, Record, Release, Reserve, Write
from chalicelib.services.counters import proof_key, proofs_key

AT_ONCE = 3
"""How many proofs of one account may be in hand: each has a server at its creator's expense."""
LIMIT = "proofs"
"""What `LimitReached` calls that bound."""


def taken(proof: Record, version: str) -> tuple[Write, ...]:
    """Begin a proof of a version, by the version's id, on condition that there is room for it."""
    return (
        Reserve(proof_key(version), proof.id),
        Count(proofs_key(proof.owner), 1, at_most=AT_ONCE, limit=LIMIT),
    )


def given_back(proof: Record) -> tuple[Write, ...]:
    """The writes that go with the end of a proof."""
    version = f"{proof.attributes['template_id']}@{proof.attributes['template_version']}"
    return (Release(proof_key(version), proof.id), Count(proofs_key(proof.owner), -1))
