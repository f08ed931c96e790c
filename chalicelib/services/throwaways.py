"""Servers and apps that are made to prove a version and go with its proof.

They are recorded, tagged and destroyed like all others. They count for no plan limit, are neither
metered nor billed, and are no part of what is learned of a template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.ports.records import Record

FOR_PROOF = "proof_id"
"""The attribute of provisions, nodes and deployments that names the proof that they are for."""


@dataclass(frozen=True)
class Throwaway:
    """The id under which something is made for a proof, the same however often it is tried."""

    id: str
    proof: str

    @property
    def marks(self) -> dict[str, Any]:
        """The attributes that tell it apart."""
        return {FOR_PROOF: self.proof}


def for_proof(record: Record) -> str | None:
    """The proof that a record was made for; None for what somebody made for themselves."""
    found = record.attributes.get(FOR_PROOF)
    return str(found) if found else None


def is_for_proof(record: Record) -> bool:
    """Whether a record was made for a proof."""
    return for_proof(record) is not None
