"""The server and the app of a proof, and what its creator's plan allows them."""

from __future__ import annotations

from chalicelib.domain.limits import UNLIMITED, PlanLimits
from chalicelib.ports.records import Record
from chalicelib.services.proofs.template_proofs import APP, SERVER
from chalicelib.services.tools import Tools


def server_of(tools: Tools, proof: Record) -> Record | None:
    """The server order of a proof, whatever became of it; None before it was made."""
    return tools.records().get(proof.attributes[SERVER])


def app_of(tools: Tools, proof: Record) -> Record | None:
    """The app of a proof, whatever became of it; None before it was made."""
    return tools.records().get(proof.attributes[APP])


def bounds(proof: Record) -> PlanLimits:
    """What its creator's plan allows of capabilities; a proof counts for no other limit."""
    allowed = tuple(proof.attributes["allowed_capabilities"])
    free = UNLIMITED
    return PlanLimits(free, free, free, free, free, free, allowed_capabilities=allowed)
