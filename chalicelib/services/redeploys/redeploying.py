"""Another version of its template, or other values, for a deployment: checked, claimed, begun."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from chalicelib.domain.carried import carried
from chalicelib.domain.errors import Conflict, Fault, Invalid, LimitReached, Stale
from chalicelib.domain.host_ports import published_ports
from chalicelib.domain.limits import PlanLimits
from chalicelib.domain.placement import Room
from chalicelib.domain.plan import Plan
from chalicelib.domain.template_check import placeholder
from chalicelib.domain.variables import Definition, parse_definitions
from chalicelib.ports.records import Change, Record, Write
from chalicelib.resources.deployments import RedeployDeployment
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.catalogue.template_versions import version_id
from chalicelib.services.catalogue.texts import snapshot_of
from chalicelib.services.deployments.capacity import given_back, room_of, taken
from chalicelib.services.deployments.choosing import usable_node
from chalicelib.services.deployments.coming import NEXT, released_ports, routed_port
from chalicelib.services.deployments.deployments import plan_for
from chalicelib.services.deployments.plans import CHANGED, NEXT_SECRETS
from chalicelib.services.throwaways import is_for_proof
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import begin_work, refuse_work_in_hand

AT_REST = frozenset({"pending", "stopped", "failed"})
"""States in which the record alone is changed: nothing runs, and nothing is started."""


@dataclass(frozen=True)
class Target:
    """What a deployment is to become: attributes of its record, and secrets that change."""

    attributes: dict[str, Any]
    secrets: dict[str, str]
    told: dict[str, Any]
    """What is told of it: the versions, and the names of the variables that were sent."""


def redeploy_deployment(
    tools: Tools,
    deployment: Record,
    given: RedeployDeployment,
    *,
    actor: str,
    limits: PlanLimits,
    generate: Any,
) -> Record:
    """Begin to bring a running deployment to another version or other values; change one at rest.

    Raises `Invalid` naming every value that does not fit, `Forbidden` with code
    `plan_limit_exceeded`, and `Conflict` with code `nothing_to_change`, in a wrong state, or for
    a node that cannot do it.
    """
    refuse_work_in_hand(deployment)
    if is_for_proof(deployment):
        detail = "This app was made to test a template and goes when that is over."
        raise Conflict(detail, code="kept_for_proof")
    if deployment.status != "running" and deployment.status not in AT_REST:
        raise Conflict(f"Cannot redeploy while it is {deployment.status}.", code="wrong_state")
    target = _target(tools, deployment, given, limits, generate)
    if deployment.status in AT_REST:
        return _change_at_rest(tools, deployment, target, actor=actor, limits=limits)
    return _begin(tools, deployment, target, actor=actor, limits=limits)


def _target(
    tools: Tools,
    deployment: Record,
    given: RedeployDeployment,
    limits: PlanLimits,
    generate: Any,
) -> Target:
    """Decide what it becomes. Raises `Conflict` when that is what it is."""
    before = deployment.attributes
    version = _version(tools, deployment, given.version)
    definitions = parse_definitions(version.attributes.get("variables") or [])
    values, stay = carried(
        definitions,
        given.variables,
        plain=before["plain_variables"],
        secrets=frozenset(before["secrets"]),
        generate=generate,
    )
    snapshot = before["snapshot"] if given.version is None else snapshot_of(version.attributes)
    hidden = {one.name for one in definitions if one.is_secret}
    plan = plan_for(tools, snapshot, {**_unseen(definitions, stay), **values})
    after = {
        "template_version": version.attributes["version"],
        "snapshot": snapshot,
        **_variables(values, hidden, stay),
        **_needs(before if given.version is None else version.attributes, plan),
        "ports": _ports(before["ports"], plan),
    }
    secrets = {name: value for name, value in values.items() if name in hidden}
    if not secrets and all(after[name] == before.get(name) for name in after):
        detail = "It has this version and these values already; there is nothing to change."
        raise Conflict(detail, code="nothing_to_change")
    plan_limits.check_capabilities(limits, after["required_capabilities"])
    told = {
        "version": after["template_version"],
        "previous": before["template_version"],
        "variables": sorted(given.variables),
    }
    return Target(after, secrets, told)


def _version(tools: Tools, deployment: Record, named: str | None) -> Record:
    """The version to go to: one that was published, or the one that it has."""
    template, present = deployment.attributes["template_id"], deployment.attributes
    version = named or present["template_version"]
    found = tools.records().get(version_id(template, version))
    published = found is not None and found.status == "released"
    if found is None or not (published or version == present["template_version"]):
        detail = f"Its template has no published version {version}."
        raise Invalid((Fault("/data/attributes/version", detail, "not_found"),))
    return found


def _unseen(definitions: tuple[Definition, ...], stay: frozenset[str]) -> dict[str, str]:
    """What stands for secrets that nobody opens, to plan with."""
    return {one.name: placeholder(one) for one in definitions if one.name in stay}


def _variables(values: Mapping[str, str], hidden: set[str], stay: frozenset[str]) -> dict[str, Any]:
    plain = {name: value for name, value in values.items() if name not in hidden}
    secrets = sorted((values.keys() & hidden) | stay)
    return {
        "plain_variables": plain,
        "variables": {**plain, **dict.fromkeys(secrets)},
        "secrets": secrets,
    }


def _needs(asked: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    return {
        "required_capabilities": asked.get("required_capabilities") or [],
        "resources_cpu_cores": plan.cpus,
        "resources_memory_mb": plan.memory_mb,
        "resources_disk_mb": asked.get("resources_disk_mb") or 0,
    }


def _ports(before: list[dict[str, Any]], plan: Plan) -> list[dict[str, Any]]:
    """The plan's ports, each where it is on the host now, if it is there."""
    known = {_place(port): port["host_port"] for port in before}
    return [{**port, "host_port": known.get(_place(port))} for port in published_ports(plan)]


def _place(port: Mapping[str, Any]) -> tuple[Any, ...]:
    return port["service"], port["container_port"], port["protocol"]


def _changed(deployment: Record, after: Mapping[str, Any]) -> Record:
    return replace(deployment, attributes={**deployment.attributes, **after})


def _use(deployment: Record, after: Mapping[str, Any]) -> plan_limits.Use:
    """By how much what counts for the plan's limits grows; less than nothing where it shrinks."""
    before = plan_limits.of_deployment(deployment)
    then = plan_limits.of_deployment(_changed(deployment, after))
    return {name: by for name in then if (by := round(then[name] - before[name], 6))}


def _begin(
    tools: Tools, deployment: Record, target: Target, *, actor: str, limits: PlanLimits
) -> Record:
    """Record what comes next beside what is, claim what it takes more, and begin."""
    before = deployment.attributes
    after = {
        **{name: new for name, new in target.attributes.items() if new != before.get(name)},
        **{name: target.attributes[name] for name in ("template_version", "ports")},
        "domains": before["domains"],
    }
    usable_node(tools, _changed(deployment, after))
    use = {name: by for name, by in _use(deployment, after).items() if by > 0}
    sealed = {}
    if target.secrets:
        text = json.dumps(target.secrets)
        sealed[NEXT_SECRETS] = tools.seal().seal(text, record=deployment.id, field=NEXT_SECRETS)
    coming = {
        "generation": deployment.generation + 1,
        "attributes": after,
        "claimed": use,
        "reserved": None,
        "how": None,
        "away": False,
        "undoing": None,
        "put_back_by": None,
    }
    return begin_work(
        tools,
        deployment,
        kind="redeploy",
        actor=actor,
        status=None,
        attributes={NEXT: coming, "next_version": after["template_version"]},
        also={"sealed": sealed},
        told=tools.told(deployment, "redeploy_begun", actor, **target.told),
        commit=partial(plan_limits.claim, tools, limits, deployment.owner, use),
    )


def _change_at_rest(
    tools: Tools, deployment: Record, target: Target, *, actor: str, limits: PlanLimits
) -> Record:
    """Change the record, and what it holds of limits and its node, in one transaction."""
    use = _use(deployment, target.attributes)
    sealed = {
        f"{CHANGED}{name}": tools.seal().seal(
            json.dumps({name: value}), record=deployment.id, field=f"{CHANGED}{name}"
        )
        for name, value in target.secrets.items()
    }
    routed = routed_port(target.attributes["ports"])
    change = Change(
        of=deployment,
        attributes={**target.attributes, "proxy_port": routed},
        sealed=sealed,
        if_status=(deployment.status,),
        if_version=deployment.version,
        if_idle=True,
    )
    try:
        plan_limits.claim(
            tools,
            limits,
            deployment.owner,
            use,
            change,
            *_on_node(tools, deployment, target.attributes),
            tools.told(deployment, "redeployed", actor, **target.told),
        )
    except Stale as error:
        raise Conflict("The app changed meanwhile; try again.", code="conflict") from error
    except LimitReached as error:
        detail = "Its server has no room for this. Choose a smaller change, or move it."
        raise Conflict(detail, code="node_full") from error
    return tools.records().get(deployment.id) or deployment


def _on_node(tools: Tools, deployment: Record, after: Mapping[str, Any]) -> list[Write]:
    """What a deployment that has its place there gives back and takes more of its node."""
    before = deployment.attributes
    if not before.get("placed_at") or deployment.node is None:
        return []
    kept = {port["host_port"] for port in after["ports"]}
    gone = [port["host_port"] for port in before["ports"] if port["host_port"] not in kept]
    by = room_of(_changed(deployment, after)).less(room_of(deployment))
    node = tools.records().get(deployment.node)
    room = taken(node, by) if node else given_back(deployment.node, Room().less(by))
    return [*released_ports(deployment, [port for port in gone if port]), *room]
