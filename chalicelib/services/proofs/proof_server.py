"""The server of a proof: ordered as its creator would, and waited for."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.domain.errors import NotProven, Stale
from chalicelib.ports.records import Change, Record
from chalicelib.resources.cloud_provisions import CreateProvision
from chalicelib.services.proofs.proof_parts import bounds, server_of
from chalicelib.services.proofs.template_proofs import SERVER, is_measured
from chalicelib.services.provisions.provision_orders import order
from chalicelib.services.throwaways import Throwaway
from chalicelib.services.tools import Tools

LONGEST_SLUG = 40


def order_server(tools: Tools, proof: Record) -> None:
    """Order a server of the proof's own, as its creator."""
    known = proof.attributes
    if server_of(tools, proof) is None and not is_measured(proof):
        template = tools.records().get(known["template_id"])
        slug = str(template.attributes["slug"]) if template else "template"
        given = CreateProvision(
            credential_id=known["cloud_credential_id"],
            instance_name=f"proof-{slug[:LONGEST_SLUG].strip('-')}-{proof.id[-6:]}",
            region=known["region"],
            size=known["size"],
        )
        throwaway = Throwaway(known[SERVER], proof.id)
        with suppress(Stale):  # an earlier try of this step ordered it at this moment
            order(tools, given, owner=proof.owner, limits=bounds(proof), throwaway=throwaway)
    tools.records().change(
        Change(
            of=proof,
            status="proving",
            attributes={"cloud_provision_id": known[SERVER]},
            if_generation=proof.generation,
            if_working=True,
        )
    )


def server_awaited(tools: Tools, proof: Record) -> str:
    """What the server is waited for; empty once it is ready. Raises `NotProven`."""
    if is_measured(proof):
        return ""
    server = server_of(tools, proof)
    if server is not None and server.status == "ready" and server.work is None:
        return ""
    if server is not None and server.status in {"pending", "creating", "configuring"}:
        step = server.work.step if server.work else None
        return f"Making the server: {step}." if step else "Making the server."
    said = (server.attributes.get("error_message") if server else None) or "It was destroyed."
    detail = (
        f"The server could not be made: {said}"
        " Try again, or choose another size, region or credential."
    )
    raise NotProven(detail)
