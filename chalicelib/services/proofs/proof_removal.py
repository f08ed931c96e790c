"""The app of a proof removed from its server, as its creator would remove it."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.domain.errors import Conflict, NotProven
from chalicelib.ports.records import Record
from chalicelib.services.deployments.removing import remove_deployment
from chalicelib.services.proofs.proof_parts import app_of
from chalicelib.services.tools import Tools


def app_going(tools: Tools, proof: Record) -> str:
    """What the app's removal is waited for; empty once it is gone. Raises `NotProven`."""
    app = app_of(tools, proof)
    if app is None or app.status == "deleted":
        return ""
    if app.status == "failed" and app.attributes.get("asked_by") == proof.id:
        said = app.attributes.get("error_message")
        raise NotProven(f"The app could not be removed: {said}")
    with suppress(Conflict):  # other work is in hand and ends by itself
        remove_deployment(tools, app, actor=proof.owner, asked_by=proof.id)
    return "Removing the app."
