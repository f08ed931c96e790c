"""A deployment's plan, made anew from its snapshot whenever a step needs it."""

from __future__ import annotations

import json

from chalicelib.domain.compose import plan_compose
from chalicelib.domain.compose.interpolation import HOST, URL
from chalicelib.domain.plan import Plan
from chalicelib.domain.template_check import config_files
from chalicelib.ports.records import Record
from chalicelib.services.catalogue.texts import texts_of
from chalicelib.services.tools import Tools

SECRETS = "variables"
"""The field under which a deployment's secret variables are sealed together, as JSON."""
CHANGED = f"{SECRETS}:"
"""What the field of one secret begins with that was changed since, without opening the others."""
NEXT_SECRETS = f"next_{SECRETS}"
"""The field of those that a redeploy in hand changes, as JSON."""


def secret_variables(tools: Tools, deployment: Record) -> dict[str, str]:
    """The secret variables of a deployment, unsealed: what was changed later counts."""
    fields = [SECRETS, *(field for field in deployment.sealed if field.startswith(CHANGED))]
    if deployment.attributes.get("coming"):
        fields.append(NEXT_SECRETS)
    found: dict[str, str] = {}
    for field in fields:
        found |= _opened(tools, deployment, field)
    return {name: found[name] for name in deployment.attributes["secrets"] if name in found}


def secrets_of(tools: Tools, deployment: Record) -> tuple[str, ...]:
    """Every value of a deployment's secret variables, to be taken out of what it writes.

    What a change replaced counts too, and what a redeploy in hand brings: both may be written.
    """
    opened = (_opened(tools, deployment, field) for field in deployment.sealed)
    return tuple({str(value) for values in opened for value in values.values()})


def _opened(tools: Tools, deployment: Record, field: str) -> dict[str, str]:
    """Open one sealed field; nothing where the deployment has none of that name."""
    sealed = deployment.sealed.get(field)
    if not sealed:
        return {}
    opened: dict[str, str] = json.loads(
        tools.seal().open(sealed, record=deployment.id, field=field)
    )
    return opened


def variables_of(tools: Tools, deployment: Record) -> dict[str, str]:
    """Every variable of a deployment, the secret ones unsealed."""
    plain = dict(deployment.attributes.get("plain_variables") or {})
    return plain | secret_variables(tools, deployment)


def names_of(deployment: Record) -> dict[str, str]:
    """What a compose text finds filled in of the app's own names; empty before it has any."""
    domains = deployment.attributes.get("domains") or ()
    automatic = (domain["hostname"] for domain in domains if domain["type"] == "auto")
    return {HOST: next(automatic, ""), URL: deployment.attributes.get("url") or ""}


def plan_of(tools: Tools, deployment: Record) -> Plan:
    """Plan a deployment from the snapshot it was made with.

    Raises `InvalidPlan`, and `Unavailable` when long texts cannot be read.
    """
    texts = texts_of(tools, deployment.attributes["snapshot"])
    return plan_compose(
        texts["compose_spec"],
        variables=names_of(deployment) | variables_of(tools, deployment),
        config_files=config_files(texts["config_files"] or []),
    )
