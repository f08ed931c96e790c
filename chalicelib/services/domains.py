"""Host names of deployments: automatic ones, and customers' own, which wait for verification."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.domain.errors import Conflict, Fault, Invalid, NotFound, Stale, Taken
from chalicelib.domain.hostnames import checked_host, own_host
from chalicelib.domain.limits import PlanLimits
from chalicelib.ports.records import Change, Record, Release, RemoveRoute, Reserve, SetRoute, Write
from chalicelib.services import limits as plan_limits
from chalicelib.services.counters import host_key
from chalicelib.services.tools import Tools
from chalicelib.services.work import refuse_work_in_hand


class AddDomain(BaseModel):
    """What a client sends to add a host name."""

    model_config = ConfigDict(extra="forbid")

    hostname: Annotated[str, StringConstraints(min_length=1, max_length=300)]


def document(domain: dict[str, Any]) -> dict[str, Any]:
    """Write a domain as a resource object; its id is the host name."""
    return {"type": "domains", "id": domain["hostname"], "attributes": domain}


def add(
    tools: Tools, deployment: Record, given: str, *, limits: PlanLimits, actor: str
) -> dict[str, Any]:
    """Reserve a host name for a deployment, pending until it is verified.

    Only while nothing is in progress, so that no step of that work writes over it. Raises
    `Invalid`, `Conflict` with code `name_taken` or `work_in_progress`, and `Forbidden` with code
    `plan_limit_exceeded`.
    """
    refuse_work_in_hand(deployment)
    host = _own_host(tools, given)
    stored = list(deployment.attributes.get("domains") or [])
    domain = {"hostname": host, "type": "custom", "status": "pending", "ssl_enabled": False}
    if any(entry["hostname"] == host for entry in stored):
        raise Conflict(f"{host} is on this app already.", code="name_taken")
    writes: list[Write] = [
        Change(
            of=deployment,
            attributes={"domains": [*stored, domain]},
            if_version=deployment.version,
            if_idle=True,
        ),
        Reserve(host_key(host), deployment.id),
        tools.told(deployment, "domain_added", actor, hostname=host),
    ]
    if deployment.attributes.get("proxy_port"):
        writes.append(
            SetRoute(
                host=host,
                deployment=deployment.id,
                state="unverified",
                address="",
                port=0,
                at=tools.now(),
            )
        )
    try:
        plan_limits.claim(tools, limits, deployment.owner, plan_limits.A_DOMAIN, *writes)
    except Taken as error:
        raise Conflict(f"{host} belongs to another app already.", code="name_taken") from error
    except Stale as error:
        raise Conflict("The app changed meanwhile; try again.", code="conflict") from error
    return domain


def _own_host(tools: Tools, given: str) -> str:
    try:
        return own_host(given, tools.settings().apps_domain)
    except ValueError as error:
        pointer = "/data/attributes/hostname"
        raise Invalid((Fault(pointer, f"hostname {error}."),)) from error


def remove(tools: Tools, deployment: Record, given: str, *, actor: str) -> None:
    """Give a host name back. Raises `NotFound`, and `Conflict` for the automatic one.

    Only while nothing is in progress, as `add`.
    """
    refuse_work_in_hand(deployment)
    host = checked_host(given)
    stored = list(deployment.attributes.get("domains") or [])
    found = next((domain for domain in stored if domain["hostname"] == host), None)
    if found is None or host is None:
        raise NotFound(f"This app has no domain {given}.")
    if found["type"] != "custom":
        raise Conflict("The automatic name goes with the app.", code="automatic_domain")
    left = [domain for domain in stored if domain is not found]
    change = Change(
        of=deployment,
        attributes={"domains": left},
        if_version=deployment.version,
        if_idle=True,
    )
    try:
        tools.records().commit(
            change,
            Release(host_key(host), deployment.id),
            RemoveRoute(host),
            *plan_limits.give_back(deployment.owner, plan_limits.A_DOMAIN),
            tools.told(deployment, "domain_removed", actor, hostname=host),
        )
    except Stale as error:
        raise Conflict("The app changed meanwhile; try again.", code="conflict") from error
