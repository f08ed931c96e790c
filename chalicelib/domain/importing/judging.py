"""Says of a draft whether it can be planned as it is, what is refused, and what has no effect."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.domain.compose import ConfigFile, compose_refusals, plan_compose
from chalicelib.domain.compose.interpolation import PREDEFINED, Reference, parse
from chalicelib.domain.compose.policy import Refusal
from chalicelib.domain.errors import Invalid, InvalidPlan
from chalicelib.domain.host_ports import too_many_ports
from chalicelib.domain.importing.document import read, scalars
from chalicelib.domain.importing.imported import Failed, Imported
from chalicelib.domain.plan import Plan
from chalicelib.domain.template_check import placeholder
from chalicelib.domain.variables import Definition, parse_definitions


@dataclass(frozen=True)
class Verdict:
    """What was found. A draft without error is planned, or refused by policy."""

    plan: Plan | None = None
    refused: tuple[Refusal, ...] = ()
    error: Failed | None = None


def judge(draft: Imported) -> Verdict:
    """Plan a draft with placeholders, as one that a creator sends is planned."""
    try:
        definitions = parse_definitions([as_sent(one) for one in draft.variables])
    except Invalid as error:
        first = error.faults[0]
        reason = f"{first.pointer}: {first.detail}"
        return Verdict(error=Failed(draft.provenance.path, "bad_variable", reason))
    values = {one.name: placeholder(one) for one in definitions}
    files = [
        ConfigFile(name=one.name, path=one.path, content=one.content, mode=int(one.mode, 8))
        for one in draft.config_files
    ]
    try:
        refused = compose_refusals(draft.compose_spec, variables=values, config_files=files)
        if refused:
            return Verdict(refused=tuple(refused))
        plan = plan_compose(draft.compose_spec, variables=values, config_files=files)
    except InvalidPlan as error:
        reason, line = error.detail, error.line
        return Verdict(error=Failed(draft.provenance.path, error.rule, reason, line))
    many = too_many_ports(plan)
    if many:
        return Verdict(error=Failed(draft.provenance.path, "too_many_ports", many))
    return Verdict(plan=plan)


def as_sent(definition: Definition) -> dict[str, Any]:
    """Write a definition as a creator sends it."""
    sent: dict[str, Any] = {"name": definition.name, "type": definition.type}
    sent |= {"label": definition.label} if definition.label else {}
    sent |= {"description": definition.description} if definition.description else {}
    sent |= {"default": definition.default} if definition.default is not None else {}
    sent |= {"required": True} if definition.required else {}
    sent |= {"options": list(definition.options)} if definition.options else {}
    sent |= {"validation": definition.validation} if definition.validation is not None else {}
    if definition.generator is not None:
        generator = asdict(definition.generator)
        if definition.is_signed:
            generator["claims"] = json.loads(definition.generator.claims)
        else:
            del generator["secret"], generator["claims"]
        sent["generator"] = generator
    return sent


def unresolved(draft: Imported) -> list[str]:
    """List the names that a draft's text refers to and that nothing defines."""
    defined = {one.name for one in draft.variables} | PREDEFINED.keys()
    found: dict[str, None] = {}
    for node in scalars(read(draft.compose_spec, [])):
        waiting = list(parse(node.value)) if "$" in node.value else []
        while waiting:
            part = waiting.pop()
            if isinstance(part, Reference):
                waiting.extend(part.word)
                found.update({} if part.name in defined else {part.name: None})
    return list(found)
