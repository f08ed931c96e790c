"""The app of a proof: made of the very version, with values made up for it, and started."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from chalicelib.domain.errors import Conflict, NotProven
from chalicelib.domain.generated_inputs import inputs_for
from chalicelib.domain.variables import parse_definitions
from chalicelib.ports.records import Record
from chalicelib.resources.deployments import CreateDeployment
from chalicelib.services.catalogue.template_versions import version_id
from chalicelib.services.deployments.deployments import create_deployment
from chalicelib.services.deployments.starting import start_deployment
from chalicelib.services.proofs.proof_parts import app_of, bounds, server_of
from chalicelib.services.proofs.template_proofs import APP, changed, is_measured
from chalicelib.services.throwaways import Throwaway
from chalicelib.services.tools import Tools


def start_app(tools: Tools, proof: Record, *, generate: Any) -> None:
    """Make the app of the version on the server, with values made up for it, and start it."""
    if is_measured(proof):
        return
    app = app_of(tools, proof) or _made(tools, proof, generate)
    if app.status == "pending" and app.work is None:
        changed(tools, proof, deployment_id=app.id, app_asked_at=tools.now(), peaks={})
        with suppress(Conflict):  # an earlier try of this step started it at this moment
            start_deployment(tools, app, actor=proof.owner, limits=bounds(proof))


def _made(tools: Tools, proof: Record, generate: Any) -> Record:
    known, server = proof.attributes, server_of(tools, proof)
    version = tools.records().get(version_id(known["template_id"], known["template_version"]))
    if version is None or server is None:
        raise NotProven("The version or its server was deleted meanwhile; nothing was tested.")
    values: dict[str, str | int | float | bool | None] = {}
    values |= inputs_for(parse_definitions(version.attributes.get("variables") or []))
    given = CreateDeployment(
        name=f"Test of {known['template_version']}"[:100],
        template_id=known["template_id"],
        node_id=server.attributes["node_id"],
        variables=values,
    )
    return create_deployment(
        tools,
        given,
        owner=proof.owner,
        limits=bounds(proof),
        generate=generate,
        version=version,
        throwaway=Throwaway(known[APP], proof.id),
    )
