"""Ends a draft: its text is made tidy and written, and every variable that it wants defined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from yaml.nodes import MappingNode

from chalicelib.domain.compose.interpolation import Filler, Reference
from chalicelib.domain.compose.wanted import Wanted
from chalicelib.domain.importing.document import mapping, put, scalar, take, write
from chalicelib.domain.importing.drafting import variables_of
from chalicelib.domain.importing.imported import Dropped
from chalicelib.domain.importing.rewriting import literal, replace_references
from chalicelib.domain.importing.tidying import tidy
from chalicelib.domain.semver import checked_version
from chalicelib.domain.variables import MAX_DEFINITIONS, MAX_VALUE, Definition

_NUMBERS = re.compile(r"[vV]?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?", re.ASCII)
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_FALLBACK_VERSION = "1.0.0"


def settled(
    root: MappingNode, definitions: Iterable[Definition], dropped: list[Dropped]
) -> tuple[str, tuple[Definition, ...]]:
    """Write the text, and give the definitions that it wants, in its order.

    Where it wants more than a template may have, defaults are written into the text instead.
    Raises `InvalidPlan` for a text that compose cannot read.
    """
    made = {one.name: one for one in definitions}
    for key in ("version", "name"):
        take(root, key)
    tidy(root, dropped, made)
    text = write(root)
    found = variables_of(text, made)
    too_many = _too_many(found)
    if not too_many:
        return text, found
    _write_in(root, too_many)
    return write(root), tuple(one for one in found if one.name not in too_many)


def without_route(root: MappingNode) -> None:
    """Say in the text that no host name leads to the app."""
    put(root, "x-hoster", mapping([("route", scalar(False))]))


def definition(name: str, default: str | None, **more: Any) -> Definition:
    """Define a variable; its type is a guess that never changes the default."""
    guess = Wanted(name, False, default, ()).type
    exact = guess in {"secret", "string"} or (
        default in {"true", "false"}
        if guess == "boolean"
        else default is None or str(int(default)) == default
    )
    return Definition(name, guess if exact else "string", default=default, **more)


def _too_many(found: Iterable[Definition]) -> dict[str, str]:
    """Choose those whose defaults are written into the text, since a template holds only so many.

    Long defaults too: a variable's value has bounds that a text has not.
    """
    found = tuple(found)
    fixed = [one for one in found if one.default is not None and one.generator is None]
    chosen = {one.name: one.default or "" for one in fixed if len(one.default or "") > MAX_VALUE}
    over = len(found) - len(chosen) - MAX_DEFINITIONS
    for one in reversed(fixed):
        if over <= 0:
            break
        if one.name not in chosen and not one.required:
            chosen[one.name] = one.default or ""
            over -= 1
    return chosen


def _write_in(root: MappingNode, values: dict[str, str]) -> None:
    """Put values in the place of their variables, as compose would fill them in."""
    filler = Filler(values)

    def value(reference: Reference) -> str | None:
        if reference.name not in values:
            return None
        if any(isinstance(part, Reference) for part in reference.word):
            return literal(values[reference.name]) if values[reference.name] else None
        return literal(filler.value(reference))

    replace_references(root, value)


def web_links(found: Mapping[str, object]) -> dict[str, str]:
    """Keep the addresses that a browser may open, by what they are."""
    texts = {kind: one.strip() for kind, one in found.items() if isinstance(one, str)}
    return {kind: one for kind, one in texts.items() if _WEB.match(one)}


def template_version(text: str) -> str:
    """Give a version in three numbers, completed where the text has fewer; 1.0.0 for others."""
    text = text.strip()
    for candidate in (text, text.lstrip("vV")):
        try:
            return checked_version(candidate)
        except ValueError:
            continue
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return _FALLBACK_VERSION
    return ".".join(str(int(part or "0")) for part in found.groups())
