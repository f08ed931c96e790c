"""Look at a host name of one's own at once, in place of when it is due."""

from __future__ import annotations

from urllib.parse import unquote

from chalicelib.domain.errors import Conflict, Stale, Unavailable
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.domains import DomainAttributes
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, Repeats, one, reads, sends, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.observe import logger
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.domains import domain_checking, domain_rounds, domains


@operation(
    "POST /v1/deployments/{id}/domains/{hostname}/verify",
    access="owner",
    scope="deploy",
    resource=DEPLOYMENTS,
    answers=one("domains", DomainAttributes),
    rate=Rate(burst=10, per_minute=10),
    # What was found is of its moment, and as long as others' records.
    repeats=Repeats(seconds=60, without=("records",)),
    memory=512,
    timeout=25,
    layers=("dns",),
    needs=(
        reads("resources", "reservations"),
        writes("resources", "reservations", "journal", "routes"),
        sends("domains"),
    ),
)
def handler(call: Call) -> Answer:
    """Look at a host name of one's own at once, in place of when it is due.

    The answer shows each record that it needs, what was found of it at which name server, and
    what to do; it is 200 whether the name is verified by that or not.
    """
    hostname = unquote(call.request.parameters["hostname"])
    domain = domains.find(wiring, call.target, hostname)
    try:
        domain = domain_checking.check(wiring, domain, call.target, actor=call.caller.member)
        domain_rounds.ask_at_once(wiring, domain)
    except Unavailable:
        logger.warning("not_asked_at_once", extra={"domain": domain.id})
    except Stale as error:
        raise Conflict("The domain changed meanwhile; try again.", code="conflict") from error
    return Answer(200, {"data": domains.document(wiring, domain, call.target)})
