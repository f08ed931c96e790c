"""Names taken from apps: one that its owner removes, and all of an app that goes."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.domain_times import HOLDING
from chalicelib.domain.errors import Conflict, Stale
from chalicelib.ports.records import Change, Record, Release, Write
from chalicelib.ports.route_writes import RemoveRoute
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.counters import host_key, own_name_key
from chalicelib.services.domains import certifying, domains
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import refuse_work_in_hand

TRIES = 5
"""How often a name is taken away that is looked at in the same moment."""


def let_go(domain: Record) -> tuple[Write, ...]:
    """The writes after which a name is nobody's: no route, no certificate, no reservation.

    A name that waits for its proof may be another tenant's, whose route and certificate stay.
    """
    host = domain.attributes["hostname"]
    deployment = domain.attributes["deployment_id"]
    held = certifying.dropped(domain) if domain.status in HOLDING else ()
    return (RemoveRoute(host, of=deployment), *held, Release(host_key(host), domain.id))


def remove(tools: Tools, deployment: Record, given: str, *, actor: str) -> None:
    """Take a name from an app; certificates that are asked for are asked for no longer.

    Only while nothing is in progress on the app, as `add`. Raises what `find` does.
    """
    refuse_work_in_hand(deployment)
    for left in reversed(range(TRIES)):
        domain = domains.find(tools, deployment, given)
        told = tools.told(
            deployment, "domain_removed", actor, hostname=domain.attributes["hostname"]
        )
        change = replace(_without(deployment, domain), if_version=deployment.version, if_idle=True)
        try:
            tools.records().commit(change, *_ended(domain), told)
        except Stale as error:
            found = tools.records().get(deployment.id)
            if not left or found is None or found.version != deployment.version:
                detail = "The app changed meanwhile; try again."
                raise Conflict(detail, code="conflict") from error
        else:
            return


def take_all(tools: Tools, deployment: Record, still: Change | None = None) -> Record:
    """Take every name from an app that goes, each in a transaction of its own.

    They hold while the deployment's own work of this generation is in hand; else `still` says
    whose work it is, and the deployment has to be as it was read. Returns the deployment as it
    is then; raises `Stale` when something is not as it was.
    """
    for known in deployment.attributes.get("custom_domains") or ():
        deployment = _take(tools, deployment, known["id"], still)
    return deployment


def _take(tools: Tools, deployment: Record, domain_id: str, still: Change | None) -> Record:
    for left in reversed(range(TRIES)):
        domain = tools.records().get(domain_id)
        if domain is None or domain.status == "removed":
            return deployment
        change = _without(deployment, domain)
        if still is None:
            change = replace(change, if_generation=deployment.generation, if_working=True)
        else:
            change = replace(change, if_version=deployment.version)
        try:
            tools.records().commit(*([still] if still else []), change, *_ended(domain))
        except Stale:
            # Somebody looked at the name in this moment, or the work is not in hand any more.
            if not left:
                raise
        else:
            attributes = {**deployment.attributes, **change.attributes}
            return replace(deployment, attributes=attributes, version=deployment.version + 1)
    return deployment


def _without(deployment: Record, domain: Record) -> Change:
    known = deployment.attributes.get("custom_domains") or []
    left = [one for one in known if one["id"] != domain.id]
    return Change(of=deployment, attributes={"custom_domains": left})


def _ended(domain: Record) -> tuple[Write, ...]:
    """The writes that end a name's record as it was read; work on it is fenced."""
    return (
        Change(
            of=domain,
            status="removed",
            attributes={"due_at": None},
            bury=True,
            clear_work=True,
            generation=domain.generation + 1,
            if_version=domain.version,
        ),
        *let_go(domain),
        Release(own_name_key(domain.owner, domain.attributes["hostname"]), domain.id),
        *plan_limits.give_back(domain.owner, plan_limits.A_DOMAIN),
    )
