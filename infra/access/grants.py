"""What each role and policy of the templates allows, and who acts under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from infra.packaging.registry import discover
from infra.packaging.template import ROOT, render

Json = dict[str, Any]
ALLOWING = frozenset({"AWS::IAM::Role", "AWS::IAM::ManagedPolicy"})
NESTED = ROOT / "infra/template/nested"
"""Templates of stacks that are written by hand as a whole."""
HASH = "0" * 64
"""In the place of an artefact's hash, which no role depends on."""


@dataclass(frozen=True)
class Grant:
    """One thing that a role or policy allows."""

    role: str
    users: tuple[str, ...]
    """Who acts under the role: functions by their names, others as the template calls them."""
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: str


def whole_template() -> Json:
    """The template as the packaging writes it, without an artefact behind it."""
    return render(_AnyFunction(), _AnyFile())


def templates() -> list[Json]:
    """The template, and those that it nests and that are written by hand."""
    return [whole_template(), *(yaml.safe_load(one.read_text()) for one in NESTED.glob("*.yaml"))]


def all_grants() -> list[Grant]:
    """Everything that is allowed to anybody."""
    return [grant for template in templates() for grant in grants(template)]


def grants(template: Json) -> list[Grant]:
    """Everything that is allowed, by role. Raises `ValueError` for what is denied: nothing is."""
    resources = template["Resources"]
    found = []
    for name, resource in sorted(resources.items()):
        if resource["Type"] in ALLOWING:
            users = tuple(sorted(_users(name, resources)))
            found += [_grant(name, users, one) for one in _statements(resource)]
    return found


def text_of(node: Any) -> str:
    """An expression of CloudFormation as people read it."""
    match node:
        case str():
            return node
        case {"Ref": name} | {"Fn::Sub": str(name)}:
            return str(name)
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return name if attribute in {"Arn", "Id"} else f"{name}.{attribute}"
        case {"Fn::If": [_, yes, no]}:
            return f"{text_of(yes)} or {text_of(no)}"
        case {"Fn::Join": [str(between), list(parts)]}:
            return between.join(map(text_of, parts))
        case {"Fn::Select": [_, {"Fn::Split": [_, inner]}]}:
            return f"<of {text_of(inner)}>"
    raise ValueError(f"No word for {node}")


def _statements(role: Json) -> Iterator[Json]:
    told = role["Properties"]
    for policy in told.get("Policies", [told] if "PolicyDocument" in told else ()):
        yield from policy["PolicyDocument"]["Statement"]


def _grant(role: str, users: tuple[str, ...], statement: Json) -> Grant:
    if statement["Effect"] != "Allow":
        raise ValueError(f"{role} denies something, which is not told here")
    condition = " and ".join(
        f"{key} is {text_of(value)}"
        for pairs in statement.get("Condition", {}).values()
        for key, value in pairs.items()
    )
    return Grant(
        role,
        users,
        tuple(_listed(statement["Action"])),
        tuple(text_of(one) for one in _listed(statement["Resource"])),
        condition,
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _users(role: str, resources: Json) -> Iterator[str]:
    names = {function.logical_id: function.name for function in discover()}
    for name, resource in resources.items():
        if name != role and role in _referred(resource):
            yield names.get(name, name)


def _referred(node: Any) -> set[str]:
    """The resources that an expression refers to as a whole or by an attribute."""
    match node:
        case {"Fn::GetAtt": [str(name), _]} | {"Ref": str(name)}:
            return {name}
        case dict():
            return {one for value in node.values() for one in _referred(value)}
        case list():
            return {one for value in node for one in _referred(value)}
    return set()


class _AnyFunction(dict[str, Json]):
    """What Chalice says of a function, whichever it is."""

    def __missing__(self, name: str) -> Json:
        return {"Handler": name}


class _AnyFile(dict[str, str]):
    """The hash of a file, whichever it is."""

    def __missing__(self, name: str) -> str:
        return HASH
