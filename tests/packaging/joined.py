"""Put the stacks together again: nested resources, referring to what the main stack passes them."""

from __future__ import annotations

import re
from typing import Any

from infra.packaging.stacks import NESTED, file_of

Json = dict[str, Any]
KIND = "AWS::CloudFormation::Stack"
WAITS = ("RestApi", "DependsOn")
"""What there is of the main stack only because others are nested in it."""


def joined(stacks: dict[str, Json]) -> Json:
    """One template of those that the packaging writes, by their names in the artefact."""
    main = stacks["template.yaml"]
    resources = {
        name: {key: value for key, value in resource.items() if (name, key) != WAITS}
        for name, resource in main["Resources"].items()
        if resource["Type"] != KIND
    }
    for name, logical_id in NESTED.items():
        given = main["Resources"][logical_id]["Properties"]["Parameters"]
        own = stacks[file_of(name)]["Resources"]
        assert not own.keys() & resources.keys()
        resources |= {one: meant(resource, given) for one, resource in own.items()}
    return {**main, "Resources": resources}


def meant(node: Any, given: Json) -> Any:
    """What a part of a nested template means in the main stack's words."""
    match node:
        case {"Ref": str(name)}:
            return given.get(name, node)
        case {"Fn::Sub": [str(text), dict(places)]}:
            return {"Fn::Sub": [_text(text, given, places), meant(places, given)]}
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": _text(text, given, {})}
        case dict():
            return {key: meant(value, given) for key, value in node.items()}
        case list():
            return [meant(value, given) for value in node]
    return node


def _text(text: str, given: Json, places: Json) -> str:
    def replaced(found: re.Match[str]) -> str:
        match given.get(found[1]) if found[1] not in places else None:
            case {"Ref": name}:
                return "${" + name + "}"
            case {"Fn::GetAtt": [name, attribute]}:
                return "${" + f"{name}.{attribute}" + "}"
        return found[0]

    return re.sub(r"\$\{(\w+)\}", replaced, text)
