"""Cancel the certificate that is being got for a host name of one's own."""

from __future__ import annotations

from urllib.parse import unquote

from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.domains import DomainAttributes
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import one, reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.domains import domains
from chalicelib.services.work.work import cancel_work


@operation(
    "POST /v1/deployments/{id}/domains/{hostname}/cancel",
    access="owner",
    while_closing=True,
    scope="deploy",
    resource=DEPLOYMENTS,
    answers=one("domains", DomainAttributes),
    needs=(reads("resources"), writes("resources", "journal")),
)
def handler(call: Call) -> Answer:
    """Cancel the certificate that is being got for a host name of one's own.

    The name stays, and so does a certificate that it had before; it is tried again later.
    """
    domain = domains.find(wiring, call.target, unquote(call.request.parameters["hostname"]))
    domain = cancel_work(wiring, domain, actor=call.caller.member)
    return Answer(200, {"data": domains.document(wiring, domain, call.target)})
