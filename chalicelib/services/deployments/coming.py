"""What a deployment becomes by the redeploy in hand, kept on its record beside what it is.

`next` of a deployment holds: `generation`, that of the work; `attributes`, what the record gets
when it ends well; `claimed`, what of the plan's limits was taken for it; `reserved`, what of the
node was (None until it is); `how`, what becomes of each service (None until nothing but looking was
done on the node); `away`, whether the app is; `undoing`, why it is undone (None as long as it is
not); `put_back_by`, the generation of the work that put the data back last; and, instead of all
this, `adopted` once the record is what it was to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from chalicelib.domain.errors import Stale
from chalicelib.domain.placement import Room
from chalicelib.domain.redeploy import Replacement
from chalicelib.ports.records import Change, Record, Release, Write
from chalicelib.ports.route_writes import RemoveRoute
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.counters import host_key, port_key
from chalicelib.services.deployments.capacity import given_back
from chalicelib.services.tools import Tools

NEXT = "next"
Next = dict[str, Any]


def next_of(deployment: Record) -> Next | None:
    """What comes next, unless nothing does or it has come."""
    found: Next | None = deployment.attributes.get(NEXT)
    return None if found is None or found.get("adopted") else found


def in_hand(deployment: Record) -> Next:
    """What comes next, for the steps that bring it. Raises `Stale` when nothing comes any more."""
    coming = next_of(deployment)
    if coming is None or coming["undoing"]:
        raise Stale("Nothing comes next: it has come, or is being undone.")
    return coming


def wanted(deployment: Record) -> Record:
    """The deployment as the work in hand wants it: during a redeploy as what comes next.

    The steps that several machines share are given this.
    """
    coming, work = next_of(deployment), deployment.work
    if coming is None or work is None or work.kind != "redeploy" or coming["undoing"]:
        return deployment
    how = coming["how"] or {}
    attributes = {
        **deployment.attributes,
        **coming["attributes"],
        "coming": True,
        "beside": how.get("beside", []),
        "kept": how.get("kept", []),
        "in_place": how.get("in_place", []),
    }
    return replace(deployment, attributes=attributes)


def change_next(tools: Tools, deployment: Record, *extra: Write, **fields: Any) -> Record:
    """Write into what comes next, as long as the work is this generation's."""
    change = Change(
        of=deployment,
        attributes={NEXT: {**deployment.attributes[NEXT], **fields}},
        if_generation=deployment.generation,
        if_working=True,
    )
    if not extra:
        return tools.records().change(change)
    tools.records().commit(change, *extra)
    return replace(deployment, attributes={**deployment.attributes, **change.attributes})


def how_of(coming: Next) -> Replacement:
    """What becomes of each service, as it was decided; nothing until then."""
    how = coming["how"] or {}
    sets = {name: frozenset(how.get(name, ())) for name in ("kept", "beside", "in_place")}
    return Replacement(
        **sets,
        stopped=frozenset(how.get("stopped", ())),
        snapshots=tuple(how.get("snapshots", ())),
    )


def kept_how(how: Replacement) -> dict[str, list[str]]:
    """Write a decision as the record holds it."""
    return {name: sorted(found) for name, found in asdict(how).items()}


def routed_port(ports: Iterable[dict[str, Any]]) -> int | None:
    """The host port that the route leads to; None without a route, or before it is placed."""
    return next((port["host_port"] for port in ports if port["routed"]), None)


PROXY_SECONDS = 2.0
"""Within how long every app proxy has taken up a route that was changed, twice over."""


def moves_route(deployment: Record) -> bool:
    """Whether the route leads to another port than before; until it does everywhere, both stay."""
    coming, now = next_of(deployment), deployment.attributes.get("proxy_port")
    return coming is not None and coming["attributes"].get("proxy_port", now) != now


def is_away(deployment: Record) -> bool:
    """Whether the app is away while its data changes hands, so that no write can be lost.

    What anybody wrote into the new data would go with it when the change is undone. It is away from
    the moment in which something may be stopped until the record is what it was to be.
    """
    coming = next_of(deployment)
    return coming is not None and bool(coming["away"])


def leads_later(deployment: Record) -> bool:
    """Whether people are led to the app only with the write that ends its redeploy."""
    work = deployment.work
    return is_away(deployment) and work is not None and work.kind == "redeploy"


def has_come(deployment: Record) -> bool:
    """Whether the record is what it was to be, and only clearing up is left of a redeploy."""
    return bool((deployment.attributes.get(NEXT) or {}).get("adopted"))


def is_data_aside(deployment: Record) -> bool:
    """Whether a redeploy that ended half undone left the data of before in snapshots."""
    coming = next_of(deployment)
    return coming is not None and bool(how_of(coming).snapshots)


def claimed(deployment: Record) -> plan_limits.Use:
    """What was taken of the owner's limits for what comes next."""
    coming = next_of(deployment)
    return coming["claimed"] if coming else {}


def reserved_room(deployment: Record) -> Room:
    """What was taken of the node for what comes next, beyond what the deployment has."""
    coming = next_of(deployment)
    return Room(*coming["reserved"]["room"]) if coming and coming["reserved"] else Room()


def reserved_ports(deployment: Record) -> list[int]:
    """The host ports that were reserved for what comes next."""
    coming = next_of(deployment)
    return list(coming["reserved"]["ports"]) if coming and coming["reserved"] else []


def released(deployment: Record) -> list[Write]:
    """The writes that give reserved names and ports back."""
    coming = next_of(deployment)
    host = coming["reserved"]["host"] if coming and coming["reserved"] else ""
    names: list[Write] = [Release(host_key(host), deployment.id), RemoveRoute(host)] if host else []
    return [*names, *released_ports(deployment, reserved_ports(deployment))]


def given_up(deployment: Record) -> tuple[Write, ...]:
    """The writes that give back what was taken for what comes next and does not come."""
    return (
        *plan_limits.give_back(deployment.owner, claimed(deployment)),
        *given_back(deployment.node or "", reserved_room(deployment)),
        *released(deployment),
    )


def released_ports(deployment: Record, ports: Iterable[int]) -> list[Write]:
    """The writes that give host ports back."""
    return [Release(port_key(deployment.node or "", port), deployment.id) for port in ports]
