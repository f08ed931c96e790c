"""The end of a redeploy: the old goes, the record becomes what it was to be."""

from __future__ import annotations

import json
from dataclasses import replace

from chalicelib.domain.errors import ContainerExited
from chalicelib.domain.redeploy import Replacement
from chalicelib.ports.nodes import ContainerState
from chalicelib.ports.records import Record, Write
from chalicelib.ports.route_writes import RemoveRoute
from chalicelib.ports.secrets import oldest_mark
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.deployments.capacity import given_back, room_of
from chalicelib.services.deployments.coming import (
    NEXT,
    has_come,
    how_of,
    in_hand,
    leads_later,
    next_of,
    released_ports,
    reserved_ports,
    reserved_room,
    wanted,
)
from chalicelib.services.deployments.containers import take_away
from chalicelib.services.deployments.direct_access import applied, open_ports
from chalicelib.services.deployments.homes import home_of, node_of
from chalicelib.services.deployments.plans import SECRETS, plan_of, secret_variables
from chalicelib.services.deployments.routes import routes_of, still
from chalicelib.services.looks.sightings import health_of, shown_container
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import end_work


def retire_old(tools: Tools, deployment: Record) -> None:
    """Remove what the new containers stand for, and give them its names.

    Raises `ContainerExited` when one of them is gone meanwhile.
    """
    if has_come(deployment):
        return
    coming, plan = in_hand(deployment), plan_of(tools, wanted(deployment))
    with node_of(tools, deployment) as node:
        newest = {one.service: one for one in node.engine.containers(deployment.id)}
        _refuse_missing(newest, how_of(coming), coming["generation"])
        names = {service.name for service in plan.services}
        take_away(
            node,
            deployment,
            lambda one: one.service not in names or newest[one.service].id != one.id,
        )
        node.engine.take_names(deployment.id)


def _refuse_missing(newest: dict[str, ContainerState], how: Replacement, generation: int) -> None:
    for name in sorted(how.beside | how.in_place):
        if name not in newest or newest[name].generation < generation:
            raise ContainerExited(f"The new container of {name} is gone.")


def finish_redeploy(tools: Tools, deployment: Record) -> None:
    """Let the record be what it was to be, clear up on the node, and end the work.

    From the first write on nothing is undone any more.
    """
    if next_of(deployment) is not None:
        deployment = adopt(tools, deployment)
    plan, node = plan_of(tools, deployment), home_of(tools, deployment)
    with node_of(tools, deployment) as connection:
        connection.volumes.drop_snapshots(deployment.id)
        connection.engine.keep_files(deployment.id, plan)
        open_ports(connection, deployment)
        states = connection.engine.containers(deployment.id)
    end_work(
        tools,
        deployment,
        status="running",
        also={"health": health_of(states)},
        attributes={
            NEXT: None,
            "next_version": None,
            "containers": [shown_container(state) for state in states],
            **applied(deployment, node),
        },
    )


def adopt(tools: Tools, deployment: Record) -> Record:
    """Write what comes next over what was, and give back what was held for both."""
    coming, target = in_hand(deployment), wanted(deployment)
    after = coming["attributes"]
    held = room_of(deployment).more(reserved_room(deployment))
    hosts = {port["host_port"] for port in after["ports"]}
    before = {port["host_port"] for port in deployment.attributes["ports"]}
    left = sorted((before | set(reserved_ports(deployment))) - hosts - {None})
    secrets = secret_variables(tools, target)
    sealed = {}
    if secrets:
        text = json.dumps(secrets)
        sealed[SECRETS] = tools.seal().seal(text, record=deployment.id, field=SECRETS)
    change = replace(
        still(deployment),
        attributes={**after, NEXT: {"adopted": True}, "next_version": None},
        sealed=sealed,
        unseal=tuple(sorted(deployment.sealed.keys() - sealed.keys())),
        seal_mark=oldest_mark(sealed.values()),
    )
    tools.records().commit(
        change,
        *released_ports(deployment, left),
        *given_back(deployment.node or "", held.less(room_of(target))),
        *plan_limits.give_back(deployment.owner, _less_use(deployment, target)),
        *_routes_without_end(deployment, target),
        *_routes_there(tools, deployment, target),
        tools.told(
            deployment,
            "redeployed",
            "hoster",
            version=after["template_version"],
            previous=deployment.attributes["template_version"],
        ),
    )
    return tools.records().get(deployment.id) or replace(
        deployment, attributes={**deployment.attributes, **change.attributes}
    )


def _less_use(deployment: Record, target: Record) -> plan_limits.Use:
    """By how much what counts for the plan's limits shrinks."""
    before, after = plan_limits.of_deployment(deployment), plan_limits.of_deployment(target)
    return {name: by for name in before if (by := round(before[name] - after[name], 6)) > 0}


def _routes_there(tools: Tools, deployment: Record, target: Record) -> tuple[Write, ...]:
    """People are led to new data only with the write after which it is not undone any more."""
    node = home_of(tools, deployment)
    if node is None or not leads_later(deployment) or not target.attributes.get("proxy_port"):
        return ()
    return routes_of(tools, target, node=node, state="running")


def _routes_without_end(deployment: Record, target: Record) -> list[Write]:
    """Host names lead nowhere when the new plan has no route."""
    if target.attributes.get("proxy_port"):
        return []
    return [RemoveRoute(domain["hostname"]) for domain in deployment.attributes["domains"]]
