"""Deployments started and stopped: each begins with one transaction.

Apart from their making, since no compose text is planned here and its rules are much to load.
"""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import Conflict
from chalicelib.domain.limits import PlanLimits
from chalicelib.ports.records import Journal, Record
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.deployments import choosing, coming
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import begin_work, refuse_work_in_hand

RESTORING = "restoring"
"""The attribute in which an app keeps the backup whose data it is to have before it starts."""
STARTABLE = {"pending": "scheduled", "stopped": "starting", "failed": "starting"}


def start_deployment(tools: Tools, deployment: Record, *, actor: str, limits: PlanLimits) -> Record:
    """Begin the deploy, on the node that was named, else on the best one.

    Raises `Conflict` in a wrong state, or with the code of the reason why no node can take it, and
    `Forbidden` with code `plan_limit_exceeded` for a capability that the plan no longer allows.
    """
    if deployment.work is None and deployment.status not in STARTABLE:
        raise Conflict(
            f"Cannot start while it is {deployment.status}; that works from:"
            f" {', '.join(STARTABLE)}.",
            code="wrong_state",
        )
    refuse_work_in_hand(deployment)
    plan_limits.check_capabilities(limits, deployment.attributes["required_capabilities"])
    need = choosing.need_of(deployment, limits.allowed_capabilities)
    chosen: dict[str, Any] = {}
    if choosing.may_choose(deployment):
        node = choosing.choose_node(tools, deployment, need)
        allowed = list(limits.allowed_capabilities)
        chosen = {"node_id": node.id, "node_chosen": True, "allowed_capabilities": allowed}
    else:
        node = choosing.startable_node(tools, deployment, need)
    return begin_work(
        tools,
        deployment,
        kind=_kind(deployment),
        actor=actor,
        status=STARTABLE.get(deployment.status),
        attributes=chosen,
        also={"node": node.id},
        extra=choosing.moved_to(node, deployment),
    )


def _kind(deployment: Record) -> str:
    """What starts an app: what is left half done of it is brought to its end."""
    if deployment.attributes.get(coming.NEXT):
        return "rollback"
    return "restore" if deployment.attributes.get(RESTORING) else "deploy"


def stop_deployment(
    tools: Tools, deployment: Record, *, actor: str, told: Journal | None = None
) -> Record:
    """Begin the stop, which `told` tells where it is given. Raises `Conflict` unless it runs."""
    if deployment.work is None and deployment.status != "running":
        detail = f"Cannot stop while it is {deployment.status}; that works from: running."
        raise Conflict(detail, code="wrong_state")
    return begin_work(tools, deployment, kind="stop", actor=actor, status="stopping", told=told)
