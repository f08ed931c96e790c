"""A deployment's plan, made anew from its snapshot whenever a step needs it."""

from __future__ import annotations

import json

from chalicelib.domain.compose import plan_compose
from chalicelib.domain.plan import Plan
from chalicelib.domain.template_check import config_files
from chalicelib.ports.records import Record
from chalicelib.services.texts import texts_of
from chalicelib.services.tools import Tools

SECRETS = "variables"
"""The field under which a deployment's secret variables are sealed together, as JSON."""


def secrets_of(tools: Tools, deployment: Record) -> tuple[str, ...]:
    """The values of a deployment's secret variables, to be taken out of what it writes."""
    sealed = deployment.sealed.get(SECRETS)
    if not sealed:
        return ()
    opened = json.loads(tools.seal().open(sealed, record=deployment.id, field=SECRETS))
    return tuple(map(str, opened.values()))


def variables_of(tools: Tools, deployment: Record) -> dict[str, str]:
    """Every variable of a deployment, the secret ones unsealed."""
    plain = dict(deployment.attributes.get("plain_variables") or {})
    sealed = deployment.sealed.get(SECRETS)
    if sealed:
        plain |= json.loads(tools.seal().open(sealed, record=deployment.id, field=SECRETS))
    return plain


def plan_of(tools: Tools, deployment: Record) -> Plan:
    """Plan a deployment from the snapshot it was made with.

    Raises `InvalidPlan`, and `Unavailable` when long texts cannot be read.
    """
    texts = texts_of(tools, deployment.attributes["snapshot"])
    return plan_compose(
        texts["compose_spec"],
        variables=variables_of(tools, deployment),
        config_files=config_files(texts["config_files"] or []),
    )
