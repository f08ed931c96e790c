"""The server of a proof taken down with all that is on it, however the proof ended."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.domain.errors import Conflict, NotProven
from chalicelib.ports.records import Record
from chalicelib.services.proofs.proof_parts import server_of
from chalicelib.services.provisions.destroying import begin_destroy
from chalicelib.services.tools import Tools


def server_going(tools: Tools, proof: Record) -> str:
    """What the server's destruction is waited for; empty once nothing is left.

    Whatever is left of the app goes with it. Raises `NotProven` when the destroy fails: the order
    of the server stays, and can be destroyed like any other.
    """
    server = server_of(tools, proof)
    if server is None or server.status == "destroyed":
        return ""
    given_up = server.status == "failed" and server.attributes.get("failed_from") == "destroying"
    if given_up and server.work is None:
        said = server.attributes.get("error_message")
        detail = f"The server of the test could not be destroyed: {said} Destroy it yourself"
        raise NotProven(f"{detail} on the page of your servers: it costs money until then.")
    let_go(tools, proof)
    return "Destroying the server."


def let_go(tools: Tools, proof: Record) -> None:
    """Have the server of a proof destroyed with all that is on it; asked again changes nothing."""
    server = server_of(tools, proof)
    if server is not None and server.status != "destroyed":
        with suppress(Conflict):  # it changes at this moment: asking again tells
            begin_destroy(tools, server, actor=proof.owner, with_apps=True)
