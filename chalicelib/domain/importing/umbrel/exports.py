"""Reads what an Umbrel app's `exports.sh` gives to its compose text, without running it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.compose.interpolation import Reference
from chalicelib.domain.importing.imported import CannotImport
from chalicelib.domain.importing.rewriting import replaced

_EXPORT = re.compile(r"(?:\s*export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*$")
_DERIVED = re.compile(
    r"\"?\$\(\s*derive_entropy\s[^|)]*(?:\|\s*head\s+-c\s*([0-9]{1,3})\s*)?(?:\|[^)]*)?\)\"?"
)
_QUOTED = re.compile(r"\"((?:[^\"\\`$]|\\.|\$(?!\())*)\"\s*(?:#.*)?|'([^']*)'\s*(?:#.*)?")
_BARE = re.compile(r"((?:[^\s\"'`$()#]|\$(?!\())*)\s*(?:#.*)?")
MAX_LINE = 2_048
MAX_TEXT = 16_384
"""Characters of a variable, once others are filled in."""
MAX_NESTED = 50
ENTROPY = 64
"""Hexadecimal digits of a derived secret that is not cut."""


@dataclass(frozen=True)
class Given:
    """A variable with a text, in which other variables may stand as in compose."""

    text: str


@dataclass(frozen=True)
class Drawn:
    """A secret of the app's own, in hexadecimal digits."""

    length: int


@dataclass(frozen=True)
class Computed:
    """A variable that a program computes on the other platform."""

    line: int


Export = Given | Drawn | Computed


def read_exports(script: str) -> dict[str, Export]:
    """List the variables that the script sets, the last value of each."""
    found: dict[str, Export] = {}
    for number, line in enumerate(script.splitlines(), 1):
        if match := _EXPORT.match(line):
            found[match[1]] = _value(match[2], number)
    return found


def composed(exports: Mapping[str, Export], *, whole: bool) -> dict[str, str]:
    """Give the variables with a text, other variables filled in as far as they have one too.

    Unless `whole`, a variable whose text holds no other stays a reference. Raises `CannotImport`
    for texts that grow beyond reason; what leads into itself stays a reference.
    """
    texts = {name: one.text for name, one in exports.items() if isinstance(one, Given)}
    found: dict[str, str] = {}

    def fill(name: str, above: frozenset[str]) -> str:
        def value(reference: Reference) -> str | None:
            inner = reference.name
            is_text = inner in texts and (whole or "$" in texts[inner])
            if not is_text or inner in above:
                return None
            return found[inner] if inner in found else fill(inner, above | {inner})

        told = replaced(texts[name], value)
        if len(told) > MAX_TEXT or len(above) > MAX_NESTED:
            detail = "The exported variables grow beyond reason once they are filled in."
            raise CannotImport(detail)
        found[name] = told
        return told

    for name in texts:
        fill(name, frozenset({name}))
    return found


def _value(text: str, line: int) -> Export:
    if len(text) > MAX_LINE:
        return Computed(line)
    if derived := _DERIVED.match(text):
        return Drawn(min(int(derived[1] or ENTROPY), ENTROPY))
    if quoted := _QUOTED.fullmatch(text):
        # Between single quotes a shell fills nothing in.
        return Given(quoted[1] if quoted[1] is not None else (quoted[2] or "").replace("$", "$$"))
    if bare := _BARE.fullmatch(text):
        return Given(bare[1])
    return Computed(line)
