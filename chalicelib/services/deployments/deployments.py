"""Deployments made: each with one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from chalicelib.domain.compose import plan_compose
from chalicelib.domain.errors import Conflict, Fault, Invalid, InvalidPlan, Stale
from chalicelib.domain.host_ports import published_ports, too_many_ports
from chalicelib.domain.limits import PlanLimits
from chalicelib.domain.placement import Need
from chalicelib.domain.plan import Plan
from chalicelib.domain.template_check import config_files
from chalicelib.domain.variables import Definition, parse_definitions, resolve
from chalicelib.ports.records import Check, Count, Create, Record
from chalicelib.resources.deployments import CreateDeployment
from chalicelib.services import uses
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.catalogue.texts import snapshot_of, texts_of
from chalicelib.services.counters import total_key
from chalicelib.services.deployments import choosing
from chalicelib.services.deployments.plans import SECRETS
from chalicelib.services.metering.metering import told_to_meter
from chalicelib.services.throwaways import Throwaway
from chalicelib.services.tools import Tools

NO_MARKS: Mapping[str, Any] = MappingProxyType({})


def create_deployment(
    tools: Tools,
    given: CreateDeployment,
    *,
    owner: str,
    limits: PlanLimits,
    generate: Any,
    version: Record | None = None,
    throwaway: Throwaway | None = None,
    marks: Mapping[str, Any] = NO_MARKS,
) -> Record:
    """Make a deployment of a template's present version, or of another `version`.

    `generate` makes the value of a generated variable; `marks` are attributes besides.
    Raises `Invalid` with every fault, `Conflict` for a node that cannot be used and `Forbidden`
    with code `plan_limit_exceeded`.
    """
    template = _template(tools, given.template_id, owner)
    if version is not None:
        template = replace(template, attributes={**template.attributes, **version.attributes})
    required = template.attributes.get("required_capabilities") or []
    plan_limits.check_capabilities(limits, required)
    definitions = parse_definitions(template.attributes.get("variables") or [])
    values = resolve(definitions, given.variables, generate)
    plan = plan_for(tools, template.attributes, values)
    node = _node(tools, given, owner, required, throwaway)
    record = _record(
        tools,
        given,
        template,
        plan,
        definitions=definitions,
        values=values,
        owner=owner,
        throwaway=throwaway,
    )
    record = replace(record, attributes={**record.attributes, **marks})
    use = plan_limits.of_deployment(record)
    try:
        plan_limits.claim(
            tools,
            limits,
            owner,
            use,
            Create(record),
            Count(total_key("deployments", owner), 1),
            *uses.begun(template, record.id, Check(template, if_public=template.owner != owner)),
            *(choosing.claim_node(node, record) if node else ()),
            tools.told(record, "created", owner, template=template.id),
            *told_to_meter(tools, record, "deployment.created", template=template.id),
        )
    except Stale as error:
        # What it refers to went at the same moment: say which.
        _template(tools, given.template_id, owner)
        _node(tools, given, owner, required, throwaway)
        raise Conflict("What it refers to changed meanwhile; try again.") from error
    return record


def _node(
    tools: Tools,
    given: CreateDeployment,
    owner: str,
    required: list[str],
    throwaway: Throwaway | None,
) -> Record | None:
    """Read the node that was asked for, if any. Raises `Conflict` when it cannot be used."""
    if given.node_id is None:
        return None
    node = tools.records().get(given.node_id)
    need = Need(capabilities=frozenset(required), starts=False)
    proof = throwaway.proof if throwaway else None
    return choosing.check_node(
        node, need, owner=owner, public=given.allow_public_nodes, proof=proof
    )


def _template(tools: Tools, template_id: str, owner: str) -> Record:
    template = tools.records().get(template_id)
    visible = (
        template is not None
        and template.type == "templates"
        and template.status != "deleted"
        and (template.public or template.owner == owner)
    )
    if template is None or not visible:
        detail = f"There is no template {template_id} that you can deploy."
        raise Invalid((Fault("/data/attributes/template_id", detail, "not_found"),))
    return template


def plan_for(tools: Tools, texts_in: Mapping[str, Any], values: Mapping[str, str]) -> Plan:
    """Plan texts with the values that a client chose. Raises `Invalid`."""
    texts = texts_of(tools, texts_in)
    pointer = "/data/attributes/variables"
    try:
        plan = plan_compose(
            texts["compose_spec"],
            variables=values,
            config_files=config_files(texts["config_files"] or []),
        )
    except InvalidPlan as error:
        raise Invalid((Fault(pointer, error.detail, error.rule),)) from error
    refusal = too_many_ports(plan)
    if refusal:
        raise Invalid((Fault(pointer, refusal, "too_many_ports"),))
    return plan


def _record(
    tools: Tools,
    given: CreateDeployment,
    template: Record,
    plan: Plan,
    *,
    definitions: tuple[Definition, ...],
    values: Mapping[str, str],
    owner: str,
    throwaway: Throwaway | None,
) -> Record:
    deployment_id = throwaway.id if throwaway else tools.new_id(None)
    now = tools.now()
    secret = {d.name for d in definitions if d.type == "secret"}
    hidden = {name: value for name, value in values.items() if name in secret}
    plain = {name: value for name, value in values.items() if name not in secret}
    sealed = {}
    if hidden:
        text = json.dumps(hidden)
        sealed[SECRETS] = tools.seal().seal(text, record=deployment_id, field=SECRETS)
    attributes = {
        "name": given.name,
        "template_id": template.id,
        "template_version": template.attributes["version"],
        "node_id": given.node_id,
        "allow_public_nodes": given.allow_public_nodes,
        "direct_access": given.direct_access,
        "required_capabilities": template.attributes.get("required_capabilities") or [],
        "variables": {**plain, **dict.fromkeys(sorted(hidden))},
        "secrets": sorted(hidden),
        "plain_variables": plain,
        "snapshot": snapshot_of(template.attributes),
        "domains": [],
        "custom_domains": [],
        "ports": published_ports(plan),
        "containers": [],
        "resources_cpu_cores": plan.cpus,
        "resources_memory_mb": plan.memory_mb,
        "resources_disk_mb": template.attributes.get("resources_disk_mb") or 0,
        "price_monthly_cents": template.attributes.get("price_monthly_cents") or 0,
        **(throwaway.marks if throwaway else {}),
    }
    return Record(
        id=deployment_id,
        type="deployments",
        owner=owner,
        status="pending",
        created_at=now,
        updated_at=now,
        attributes=attributes,
        sealed=sealed,
        parent=template.id,
        node=given.node_id,
    )
