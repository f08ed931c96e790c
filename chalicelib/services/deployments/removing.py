"""Apps removed from their nodes: with their data, unless the volumes are asked to be kept."""

from __future__ import annotations

from chalicelib.domain.errors import Conflict, ProductError
from chalicelib.domain.names_on_node import volume_name
from chalicelib.ports.records import Change, Record, Write
from chalicelib.services.deployments import coming, holdings
from chalicelib.services.deployments.direct_access import close_ports
from chalicelib.services.deployments.homes import home_of, node_of
from chalicelib.services.domains.domain_ends import take_all
from chalicelib.services.metering.metering import note_rest, stopped, told_to_meter
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import begin_work, end_work

VOLUME = "volume "
"""What an engine says before the name of a volume that is still there."""


class StillThere(ProductError):
    """Something of a deployment is left on its node after its removal."""

    code, status, title = "still_there", 500, "Not removed"


def remove_deployment(
    tools: Tools,
    deployment: Record,
    *,
    actor: str,
    keep_volumes: bool = False,
    reason: str | None = None,
    asked_by: str | None = None,
) -> Record:
    """Begin the removal; a removal in hand is joined, and its wish about the volumes holds.

    `reason` is why it goes, where that is not its owner's wish; `asked_by` names the work that
    wants it gone.

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
    why = {"reason": reason} if reason else {}
    told = tools.told(deployment, name, actor, generation=deployment.generation + 1, **why)
    return begin_work(
        tools,
        deployment,
        kind="remove",
        actor=actor,
        status="deleting",
        attributes={"keep_volumes": keep_volumes, "ends_as": reason, "asked_by": asked_by},
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
    with node_of(tools, deployment) as node:
        engine = node.engine
        note_rest(tools, deployment, engine.containers(deployment.id))
        engine.remove_everything(deployment.id, keep_volumes=keep)
        close_ports(node, deployment)
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
    deployment = take_all(tools, deployment)
    reason = deployment.attributes.get("ends_as")
    told = tools.told(deployment, "deleted", "hoster", **({"reason": reason} if reason else {}))
    ended = stopped(tools, deployment)
    extra: list[Write] = [
        *holdings.counted(deployment),
        *holdings.freed(deployment),
        told,
        *ended.writes,
        *told_to_meter(tools, deployment, "deployment.deleted"),
        *_kept(tools, deployment),
    ]
    attributes = {"ended_reason": reason, **ended.attributes}
    end_work(
        tools, deployment, status="deleted", attributes=attributes, bury=True, extra=tuple(extra)
    )


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
