"""Tells which variables a compose text wants, with what the text itself says about each.

That is where a template's definitions begin, and what placeholders are chosen by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from chalicelib.domain.compose.interpolation import (
    PREDEFINED,
    Filler,
    Parts,
    Reference,
    checked,
)
from chalicelib.domain.compose.tree import Mapping, Scalar, load
from chalicelib.domain.variables import VariableType

_SECRET = re.compile(
    r"PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY"
    r"|ENCRYPTION_?KEY|(?:^|_)(?:PASS|PWD|KEY|SALT)(?:$|_)",
    re.IGNORECASE,
)
_NOT_SECRET = re.compile(r"PUBLIC|_(?:FILE|PATH|URL|TTL|ID|LENGTH|EXPIRY|NAME)$", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}", re.ASCII)
_ITEM = "[]"
"""Marks the key of a list's items."""
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True)
class Use:
    """One place where a variable stands: under which keys, and after which text."""

    group: str
    key: str
    before: str
    alone: bool


@dataclass(frozen=True)
class Wanted:
    """A variable that a text refers to; `default` is the first that the text gives."""

    name: str
    required: bool
    default: str | None
    uses: tuple[Use, ...]

    @property
    def type(self) -> VariableType:
        """What the variable seems to be, by its name and default."""
        default = self.default or ""
        if _SECRET.search(self.name) and not _NOT_SECRET.search(self.name):
            return "secret"
        if default.lower() in {"true", "false"}:
            return "boolean"
        if _NUMBER.fullmatch(default) or (not default and self.name.upper().endswith("PORT")):
            return "integer"
        return "string"


def wanted_variables(text: str, *, lenient: bool = False) -> tuple[Wanted, ...]:
    """List the variables of a text in its order, extension fields last. Raises `InvalidPlan`.

    A name without value in an environment wants a variable too, and so does the `environment`
    of a config or secret.
    """
    found: dict[str, Wanted] = {}
    for scalar, group, key in _placed(load(text)):
        if "$" in scalar.raw:
            parts = checked(scalar.raw, scalar.line, lenient=lenient)
            for reference, use in _uses(parts, group, key.removesuffix(_ITEM)):
                if reference.name not in PREDEFINED:
                    _note(found, reference, use)
        elif name := _taken_by_name(scalar, group, key):
            found.setdefault(name, Wanted(name, False, None, (Use(group, key, "", alone=True),)))
    return tuple(found.values())


def _taken_by_name(scalar: Scalar, group: str, key: str) -> str:
    """Give the name of a variable that stands without a dollar sign; empty for no such name."""
    if group == "environment" and scalar.is_null:
        name = key
    elif key == "environment" + _ITEM and not scalar.is_null:
        name = scalar.raw.strip()
    elif key == "environment" and not scalar.is_null:
        name = scalar.raw
    else:
        return ""
    return name if _NAME.fullmatch(name) else ""


def _note(found: dict[str, Wanted], reference: Reference, use: Use | None) -> None:
    kind = reference.operator[-1:]
    known = found.get(reference.name) or Wanted(reference.name, False, None, ())
    if use is not None and kind != "+":
        known = replace(known, uses=(*known.uses, use))
    if kind == "-" and known.default is None:
        known = replace(known, default=Filler({}).render(reference.word))
    found[reference.name] = replace(known, required=known.required or kind == "?")


def _placed(root: Mapping) -> Iterator[tuple[Scalar, str, str]]:
    """Give each value with the two nearest keys above it, in the text's order."""
    seen: set[int] = set()
    entries = sorted(root.entries.items(), key=lambda entry: entry[0].startswith("x-"))
    waiting = [(node, "", name) for name, node in reversed(entries)]
    while waiting:
        node, group, key = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            yield node, group, key
        elif isinstance(node, Mapping):
            inside = reversed(node.entries.items())
            waiting.extend((inner, key.removesuffix(_ITEM), name) for name, inner in inside)
        else:
            waiting.extend((inner, group, key + _ITEM) for inner in reversed(node.items))


def _uses(parts: Parts, group: str, key: str) -> Iterator[tuple[Reference, Use | None]]:
    before = ""
    for part in parts:
        if isinstance(part, str):
            before = part
            continue
        yield part, Use(group, key, before, len(parts) == 1)
        # What stands in a default or an explanation asks for no value of its own.
        yield from ((inner, None) for inner, _ in _uses(part.word, group, key))
        before = ""
