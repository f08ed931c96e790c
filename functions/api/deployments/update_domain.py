"""Change how a host name of one's own is served."""

from __future__ import annotations

from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.domains import DomainAttributes
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.domains import certifying, domains
from chalicelib.services.domains.automatic_names import automatic_name


class UpdateDomain(BaseModel):
    """What an owner may change of a domain."""

    model_config = ConfigDict(extra="forbid")

    hsts: bool
    """Whether browsers are told to use HTTPS alone for it, from their next visit on."""


@operation(
    "PATCH /v1/deployments/{id}/domains/{hostname}",
    access="owner",
    scope="deploy",
    resource=DEPLOYMENTS,
    body=UpdateDomain,
    answers=one("domains", DomainAttributes),
    needs=(reads("resources"), writes("resources", "journal", "routes")),
)
def handler(call: Call) -> Answer:
    """Change how a host name of one's own is served: whether browsers use HTTPS alone for it.

    Only once it has a certificate.
    """
    domain = domains.find(wiring, call.target, unquote(call.request.parameters["hostname"]))
    domain = certifying.set_hsts(
        wiring,
        domain,
        hsts=call.given.hsts,
        of=automatic_name(call.target),
        actor=call.caller.member,
    )
    return Answer(200, {"data": domains.document(wiring, domain, call.target)})
