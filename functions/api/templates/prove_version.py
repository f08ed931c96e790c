"""Prove a version on a server of its own, at its creator's provider: nothing stays but the result.

A draft's version may be proven too. The server costs what the provider asks for its minutes;
Hoster asks nothing, and counts neither server nor app for a plan limit.
"""

from __future__ import annotations

from chalicelib.domain.errors import NotFound
from chalicelib.resources.template_proofs import TEMPLATE_PROOFS, ProveVersion
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, reads, starts, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.catalogue import template_versions
from chalicelib.services.proofs.template_proofs import prove


@operation(
    "POST /v1/templates/{id}/versions/{version}/prove",
    access="member",
    resource=TEMPLATE_PROOFS,
    body=ProveVersion,
    success=202,
    rate=Rate(burst=20, per_minute=10),
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal"),
        starts("prove"),
    ),
)
def handler(call: Call) -> Answer:
    """Prove a version on a server of its own, at its creator's provider."""
    names, creator = call.request.parameters, call.caller.member
    template = template_versions.template_for(wiring, names.get("id", ""), reader=creator)
    if template.owner != creator:
        raise NotFound(f"There is no template {template.id} of yours.")
    version = template_versions.version_of(
        wiring, template, names.get("version", ""), reader=creator
    )
    record = prove(wiring, version, call.given, owner=creator, limits=call.caller.limits())
    return call.show(record, 202)
