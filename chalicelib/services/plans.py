"""A deployment's plan, made anew from its snapshot whenever a step needs it."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.domain.compose import ConfigFile, plan_compose
from chalicelib.domain.plan import Plan
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools

SECRETS = "variables"
"""The field under which a deployment's secret variables are sealed together, as JSON."""


def config_files(stored: list[dict[str, Any]]) -> tuple[ConfigFile, ...]:
    """Read stored config files; modes are octal text."""
    return tuple(
        ConfigFile(name=f["name"], path=f["path"], content=f["content"], mode=int(f["mode"], 8))
        for f in stored
    )


def variables_of(tools: Tools, deployment: Record) -> dict[str, str]:
    """Every variable of a deployment, the secret ones unsealed."""
    plain = dict(deployment.attributes.get("plain_variables") or {})
    sealed = deployment.sealed.get(SECRETS)
    if sealed:
        plain |= json.loads(tools.seal().open(sealed, record=deployment.id, field=SECRETS))
    return plain


def plan_of(tools: Tools, deployment: Record) -> Plan:
    """Plan a deployment from the snapshot it was made with. Raises `InvalidPlan`."""
    snapshot = deployment.attributes["snapshot"]
    return plan_compose(
        snapshot["compose_spec"],
        variables=variables_of(tools, deployment),
        config_files=config_files(snapshot.get("config_files") or []),
    )
