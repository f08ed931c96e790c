"""Lost work brought back; what is given up leaves nothing that costs money."""

from __future__ import annotations

from chalicelib.ports.records import Record
from chalicelib.services.proofs.proof_ends import let_go
from chalicelib.services.tools import Tools
from chalicelib.services.work import work


def recover(tools: Tools, record: Record) -> str:
    """Bring work back as `work.recover` does, and let the server of a proof go that is given up."""
    outcome = work.recover(tools, record)
    if outcome == "failed" and record.type == "template_proofs":
        let_go(tools, record)
    return outcome
