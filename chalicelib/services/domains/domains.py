"""Host names of deployments: automatic ones, and those that customers bring.

An app's automatic name is an attribute of its deployment. A name that somebody brings has a
record of its own, which the deployment names in `custom_domains`; it leads to the app once it is
verified (`chalicelib/services/domains/domain_checking.py`), wherever its automatic name leads.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.domain.domain_checks import can_be_proven, instructions
from chalicelib.domain.domain_times import later
from chalicelib.domain.errors import Conflict, Fault, Invalid, NotFound, Stale, Taken
from chalicelib.domain.hostnames import checked_host, own_host
from chalicelib.domain.limits import PlanLimits
from chalicelib.ports.records import Change, Create, Record, Reserve, Write
from chalicelib.ports.route_writes import SetAlias
from chalicelib.resources.domains import DomainAttributes
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.counters import host_key, own_name_key
from chalicelib.services.domains.automatic_names import automatic_name, new_host
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import refuse_work_in_hand

PER_APP = 5
"""How many names one app may have, unless the plan allows more of them altogether."""
MOST_PER_APP = 20
POINTER = "/data/attributes/hostname"
FIRST_LOOK = 30.0
"""Seconds after which a name that was added is looked at for the first time."""
TRIES = 20
"""How many automatic names are tried while others take what was found free."""
SHOWN_AS = {"failing": "verified", "unrouted": "failed"}
"""The statuses that the reference has no word for, in its words."""


class AddDomain(BaseModel):
    """What a client sends to add a host name."""

    model_config = ConfigDict(extra="forbid")

    hostname: Annotated[str, StringConstraints(min_length=1, max_length=300)]


def custom_domains(tools: Tools, deployment: Record) -> list[Record]:
    """The records of the names that an app was given, in the order in which they were added."""
    ids = tuple(one["id"] for one in deployment.attributes.get("custom_domains") or ())
    found = tools.records().get_many(ids) if ids else {}
    return [one for one in found.values() if one.status != "removed"]


def find(tools: Tools, deployment: Record, given: str) -> Record:
    """Read the record of one of an app's names.

    Raises `NotFound`, and `Conflict` with code `automatic_domain` for the automatic one.
    """
    host = checked_host(given)
    if host is not None and host == automatic_name(deployment):
        detail = "The automatic name is the app's own: it needs no proof, and goes with the app."
        raise Conflict(detail, code="automatic_domain")
    known = deployment.attributes.get("custom_domains") or ()
    domain_id = next((one["id"] for one in known if one["hostname"] == host), "")
    domain = tools.records().get(domain_id) if domain_id else None
    if domain is None or domain.status == "removed":
        raise NotFound(f"This app has no domain {given}.")
    return domain


def documents(tools: Tools, deployment: Record) -> list[dict[str, Any]]:
    """Write an app's names as resource objects, the automatic one first."""
    automatic = [_automatic(deployment, one) for one in deployment.attributes.get("domains") or []]
    own = custom_domains(tools, deployment)
    return [*automatic, *(document(tools, one, deployment) for one in own)]


def _automatic(deployment: Record, stored: dict[str, Any]) -> dict[str, Any]:
    known = {**dict.fromkeys(DomainAttributes.model_fields), **stored}
    return _object({**known, "deployment_id": deployment.id})


def document(tools: Tools, domain: Record, deployment: Record) -> dict[str, Any]:
    """Write a domain as a resource object; its id is the host name."""
    stored = domain.attributes
    shown = {name: stored.get(name) for name in DomainAttributes.model_fields}
    return _object(
        {
            **shown,
            "status": domain.status,
            "ssl_enabled": bool(stored.get("ssl_enabled")),
            "verification_status": SHOWN_AS.get(domain.status, domain.status),
            "instructions": instructions(
                stored["hostname"],
                stored["token"],
                automatic_name(deployment),
                addresses_of(tools, domain),
                is_apex=bool(stored.get("is_apex")),
            ),
        }
    )


def _object(attributes: dict[str, Any]) -> dict[str, Any]:
    return {"type": "domains", "id": attributes["hostname"], "attributes": attributes}


def addresses_of(tools: Tools, domain: Record) -> tuple[str, ...]:
    """The proxies' addresses: those that are configured, else those seen at the last look."""
    return tools.settings().proxy_addresses or tuple(domain.attributes.get("seen_proxies") or ())


def add(
    tools: Tools, deployment: Record, given: str, *, limits: PlanLimits, actor: str
) -> tuple[Record, Record]:
    """Give an app a name, pending until it is verified; returns its record and the deployment.

    Several tenants may have the same name pending: who proves it gets it. Only while nothing is
    in progress, so that no step of that work writes over it. Raises `Invalid`, `Conflict` with
    code `name_taken`, `no_route`, `too_many_domains` or `work_in_progress`, and `Forbidden` with
    code `plan_limit_exceeded`.
    """
    refuse_work_in_hand(deployment)
    host = _own_host(tools, given)
    known = list(deployment.attributes.get("custom_domains") or [])
    _refuse(deployment, host, known, limits)
    is_apex = tools.dns().registered_name(host) == host
    domain = _record(tools, deployment, host, is_apex=is_apex)
    names_taken, waits = 0, True
    for _ in range(TRIES):
        automatic = new_host(tools, deployment, attempt=names_taken)
        changed = _with_name(tools, domain, known, automatic)
        target = automatic or automatic_name(deployment)
        writes: list[Write] = [
            Change(of=deployment, attributes=changed, if_version=deployment.version, if_idle=True),
            Create(domain),
            Reserve(own_name_key(deployment.owner, host), domain.id),
            *([Reserve(host_key(automatic), deployment.id)] if automatic else []),
            *([_waiting(tools, deployment, host, target)] if waits else []),
            tools.told(deployment, "domain_added", actor, hostname=host),
        ]
        try:
            plan_limits.claim(tools, limits, deployment.owner, plan_limits.A_DOMAIN, *writes)
        except Taken as error:
            if error.error_code == "name_taken":
                # Another tenant's name, or one that waits for another's proof.
                waits = False
            elif automatic and error.detail.startswith(host_key(automatic)):
                names_taken += 1
            else:
                detail = f"{host} is on another app of yours already."
                raise Conflict(detail, code="name_taken") from error
        except Stale as error:
            raise Conflict("The app changed meanwhile; try again.", code="conflict") from error
        else:
            return domain, tools.records().get(deployment.id) or deployment
    raise Conflict("No automatic name is free for this app; try again.", code="conflict")


def _refuse(deployment: Record, host: str, known: list[dict[str, Any]], limits: PlanLimits) -> None:
    attributes = deployment.attributes
    if any(one["hostname"] == host for one in known):
        raise Conflict(f"{host} is on this app already.", code="name_taken")
    if not automatic_name(deployment) and not any(
        port["routed"] for port in attributes.get("ports") or ()
    ):
        detail = "This app has no port that people reach by a name, so that no name leads to it."
        raise Conflict(detail, code="no_route")
    most = min(max(PER_APP, int(limits.bound("max_domains") or PER_APP)), MOST_PER_APP)
    if len(known) >= most:
        detail = f"An app may have {most} domains; remove one of them first."
        raise Conflict(detail, code="too_many_domains")


def _own_host(tools: Tools, given: str) -> str:
    try:
        host = own_host(given, tools.settings().apps_domain)
        if not can_be_proven(host):
            detail = "is too long: there is no room for the name of its proof"
            raise ValueError(detail)
    except ValueError as error:
        raise Invalid((Fault(POINTER, f"hostname {error}."),)) from error
    return host


def _record(tools: Tools, deployment: Record, host: str, *, is_apex: bool) -> Record:
    now = tools.now()
    first = later(now, FIRST_LOOK)
    return Record(
        id=tools.new_id("dom_"),
        type="domains",
        owner=deployment.owner,
        status="pending",
        created_at=now,
        updated_at=now,
        parent=deployment.id,
        attributes={
            "hostname": host,
            "type": "custom",
            "deployment_id": deployment.id,
            "token": tools.new_id("hoster-"),
            "is_apex": is_apex,
            "since": now,
            "next_check_at": first,
            "due_at": first,
        },
    )


def _with_name(
    tools: Tools, domain: Record, known: list[dict[str, Any]], automatic: str
) -> dict[str, Any]:
    """What changes of the deployment: names lead wherever its automatic one does, so it has one."""
    named = {"hostname": domain.attributes["hostname"], "id": domain.id}
    changed: dict[str, Any] = {"custom_domains": [*known, named]}
    if automatic:
        auto = {"hostname": automatic, "type": "auto", "status": "verified", "ssl_enabled": False}
        changed["domains"] = [auto]
        changed["url"] = tools.settings().proxy_url.replace("{host}", automatic)
    return changed


def _waiting(tools: Tools, deployment: Record, host: str, target: str) -> SetAlias:
    """Say who asks for the name that it waits for its proof."""
    return SetAlias(
        host=host, deployment=deployment.id, of=target, at=tools.now(), state="unverified"
    )
