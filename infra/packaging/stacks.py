"""The whole template in parts: a stack that nests others, each well within CloudFormation's bounds.

A stack takes 500 resources and a megabyte of template; a function with its role takes two of the
one and four kilobytes of the other. So functions stand, with their roles and with what starts them,
in nested stacks; all else stands in the main one. A nested stack is told by parameters what it
refers to. Nothing refers to what stands in a nested stack but by its name, which the installation
fixes: so no stack waits for another's outputs, of which there may be no more than 200.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

NESTED = {"api": "ApiStack", "steps": "StepsStack", "background": "BackgroundStack"}
"""The nested stacks, and what each is called in the main one."""

OF_GROUP = {
    "api": "api",
    "steps": "steps",
    **dict.fromkeys(("calls", "events", "schedules"), "background"),
}
"""In which of them the functions of a group stand."""


WHOLE = {"proxy": "ProxyStack"}
"""Nested stacks that are written by hand, each in a file of its own, with what they are told."""


def file_of(nested: str) -> str:
    """The artefact's name for a nested stack's template."""
    return f"stacks/{nested}.yaml"


@dataclass(frozen=True)
class Part:
    """A nested stack: its template, and what the main stack has to tell it."""

    template: Json
    given: Json


def split(whole: Json, homes: Mapping[str, str], decided: Mapping[str, Json]) -> dict[str, Part]:
    """Take the resources that have a home out of the whole, and put each into its nested stack.

    `homes` maps logical ids to nested stacks. `decided` names expressions that the main stack works
    out, because they hang on its conditions. What remains of the whole is the main stack's, and is
    to get what `nest` writes. Raises `ValueError` where a resource refers to another nested
    stack's, or decides by a condition that is not among `decided`.
    """
    resources = whole["Resources"]
    found = {}
    for name in sorted({*homes.values()}):
        own = {one: resources[one] for one in sorted(homes) if homes[one] == name}
        elsewhere = {one for one in homes if homes[one] != name}
        writer = _Writer(frozenset(own), frozenset(elsewhere), decided)
        written = {one: writer.rewritten(resource) for one, resource in own.items()}
        template = {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": f"Hoster: {name}, nested in the installation's own stack",
            "Parameters": {one: {"Type": "String"} for one in sorted(writer.given)},
            "Resources": written,
        }
        found[name] = Part(template, writer.given)
    for one in homes:
        del resources[one]
    return found


def nest(part: Part, key: str) -> Json:
    """The resource that nests a stack whose template lies under `key` in the code bucket."""
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": url_of(key), "Parameters": part.given},
    }


def url_of(key: str) -> Json:
    """Where CloudFormation reads a template that lies under `key` in the code bucket."""
    url = "https://s3.${AWS::Region}.${AWS::URLSuffix}/${CodeBucket}/${CodePrefix}" + key
    return {"Fn::Sub": url}


class _Writer:
    """Rewrites what refers outside, and collects what the nested stack has to be told."""

    def __init__(
        self, own: frozenset[str], elsewhere: frozenset[str], decided: Mapping[str, Json]
    ) -> None:
        self.own = own
        self.elsewhere = elsewhere
        self.decided = decided
        self.given: Json = {}

    def rewritten(self, node: Any) -> Any:
        """The same with parameters in the place of what stands in the main stack."""
        match node:
            case dict():
                told = self._decided(node) or self._reference(node)
                return told or {key: self.rewritten(value) for key, value in node.items()}
            case list():
                return [self.rewritten(value) for value in node]
        return node

    def _decided(self, node: Json) -> Json | None:
        """What the main stack decides; no condition is known here."""
        for name, expression in self.decided.items():
            if node == expression:
                return self._told(name, expression)
        if "Fn::If" in node:
            raise ValueError(f"{node['Fn::If'][0]} is not decided in the main stack")
        return None

    def _reference(self, node: Json) -> Json | None:
        """What refers to something by its name; nothing for what does not."""
        match node:
            case {"Ref": str(name)}:
                return node if self._is_here(name) else self._told(name, node)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                return node if self._is_here(name) else self._told(name + attribute, node)
            case {"Fn::Sub": [str(text), dict(places)]}:
                inner = {name: self.rewritten(value) for name, value in places.items()}
                return {"Fn::Sub": [self._text(text, frozenset(places)), inner]}
            case {"Fn::Sub": str(text)}:
                return {"Fn::Sub": self._text(text, frozenset())}
        return None

    def _is_here(self, name: str) -> bool:
        if name in self.elsewhere:
            raise ValueError(f"{name} stands in another nested stack: refer to it by its name")
        return name in self.own or name.startswith("AWS::")

    def _told(self, name: str, expression: Json) -> Json:
        if self.given.setdefault(name, expression) != expression:
            raise ValueError(f"{name} would mean two things")
        return {"Ref": name}

    def _text(self, text: str, places: frozenset[str]) -> str:
        def replaced(found: re.Match[str]) -> str:
            name, _, attribute = found[1].partition(".")
            if name in places or self._is_here(name):
                return found[0]
            inside = {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}
            self._told(name + attribute, inside)
            return "${" + name + attribute + "}"

        return re.sub(r"\$\{([A-Za-z0-9:.]+)\}", replaced, text)
