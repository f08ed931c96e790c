"""Apps removed from their nodes: with their data, unless the volumes are asked to be kept."""

from __future__ import annotations

from chalicelib.domain.errors import Conflict, ProductError
from chalicelib.domain.names_on_node import volume_name
from chalicelib.ports.records import Change, Count, Record, Release, Write
from chalicelib.services import coming, uses
from chalicelib.services import limits as plan_limits
from chalicelib.services.capacity import given_back, room_of
from chalicelib.services.counters import host_key, total_key
from chalicelib.services.homes import engine_of, home_of
from chalicelib.services.host_ports import released
from chalicelib.services.tools import Tools
from chalicelib.services.work import begin_work, end_work

VOLUME = "volume "
"""What an engine says before the name of a volume that is still there."""


class StillThere(ProductError):
    """Something of a deployment is left on its node after its removal."""

    code, status, title = "still_there", 500, "Not removed"


def remove_deployment(
    tools: Tools, deployment: Record, *, actor: str, keep_volumes: bool = False
) -> Record:
    """Begin the removal; a removal in hand is joined, and its wish about the volumes holds.

    Raises `Conflict` during other work, with code `not_your_server` when volumes are to stay with
    whoever owns the node, and with `data_not_put_back` when what they hold is not what it was.
    """
    if deployment.work is not None and deployment.work.kind == "remove":
        return deployment
    home = home_of(tools, deployment) if keep_volumes else None
    if home is not None and home.owner != deployment.owner:
        detail = (
            "This app lives on somebody else's server, where its volumes cannot stay."
            " Save what you need, then delete it without keep_volumes."
        )
        raise Conflict(detail, code="not_your_server")
    if keep_volumes and coming.is_data_aside(deployment):
        detail = (
            "Its data of before the last change is not put back yet, and would go with the app."
            " Start it first, or delete it without keep_volumes."
        )
        raise Conflict(detail, code="data_not_put_back")
    name = "remove_keeping_begun" if keep_volumes else "remove_begun"
    told = tools.told(deployment, name, actor, generation=deployment.generation + 1)
    return begin_work(
        tools,
        deployment,
        kind="remove",
        actor=actor,
        status="deleting",
        attributes={"keep_volumes": keep_volumes},
        told=told,
    )


def remove_services(tools: Tools, deployment: Record) -> None:
    """Remove everything of the deployment from its node, and see that nothing else is left.

    What lived on a node that is gone is gone with it. Volumes that are kept are written down by
    the names that the node's Docker knows them by. Raises `StillThere`.
    """
    if home_of(tools, deployment) is None:
        return
    keep = bool(deployment.attributes.get("keep_volumes"))
    with engine_of(tools, deployment) as engine:
        engine.remove_everything(deployment.id, keep_volumes=keep)
        left = engine.remains(deployment.id)
    kept = [one for one in left if keep and one.startswith(VOLUME)]
    if len(kept) < len(left):
        others = ", ".join(one for one in left if one not in kept)
        raise StillThere(f"Still on the server: {others}.")
    if keep:
        names = [volume_name(deployment.id, one.removeprefix(VOLUME)) for one in kept]
        tools.records().change(
            Change(
                of=deployment,
                attributes={"kept_volumes": names},
                if_generation=deployment.generation,
                if_working=True,
            )
        )


def finish_remove(tools: Tools, deployment: Record) -> None:
    """Give back everything that was reserved, tell the meter and bury the record."""
    owner, attributes = deployment.owner, deployment.attributes
    extra: list[Write] = [
        Count(total_key("deployments", owner), -1),
        uses.ended(attributes["template_id"], deployment.id),
        *plan_limits.give_back(owner, _held(deployment)),
        tools.told(deployment, "deleted", "hoster"),
        tools.used(owner, "deployment.deleted", deployment.id, "deployment"),
        *coming.released(deployment),
        *_kept(tools, deployment),
    ]
    extra += [
        Release(host_key(domain["hostname"]), deployment.id)
        for domain in attributes.get("domains") or []
    ]
    node = deployment.node
    if node:
        extra.append(uses.ended(node, deployment.id))
    if node and attributes.get("placed_at"):
        extra += [
            *released(deployment),
            *given_back(node, room_of(deployment).more(coming.reserved_room(deployment))),
        ]
    end_work(tools, deployment, status="deleted", bury=True, extra=tuple(extra))


def _held(deployment: Record) -> plan_limits.Use:
    """What a deployment takes of its owner's limits, its own domains included."""
    domains = deployment.attributes.get("domains") or []
    own = sum(domain["type"] == "custom" for domain in domains)
    held = {**plan_limits.of_deployment(deployment), "max_domains": own}
    return {name: by + coming.claimed(deployment).get(name, 0) for name, by in held.items()}


def _kept(tools: Tools, deployment: Record) -> list[Write]:
    """Tell of the volumes that stay: the app's own trail and that of its node."""
    volumes, home = deployment.attributes.get("kept_volumes"), home_of(tools, deployment)
    if not volumes or home is None:
        return []
    said = {"volumes": volumes, "deployment": deployment.id, "app": deployment.attributes["name"]}
    return [
        tools.told(one, "volumes_kept", deployment.owner, **said, server=home.attributes["name"])
        for one in (deployment, home)
    ]
