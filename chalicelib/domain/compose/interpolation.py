"""Fills variables into text: `$X`, `${X}`, `:-`, `-`, `:?`, `?`, `:+`, `+`, nested, `$$`.

A text is parsed first and filled in afterwards, so that a default that is not needed is not
looked at, and the references of a text can be listed without values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.compose.rules import Mistaken, fault

MAX_NESTING = 16
MAX_RESULT = 1_000_000
"""Characters that all variables of one compose text may add together."""

HOST, URL = "HOSTER_HOST", "HOSTER_URL"
"""The app's automatic host name, and the address at which people reach it there."""
PREDEFINED = {
    "PWD": ".",
    "COMPOSE_PROJECT_NAME": "app",
    HOST: "app.example.com",
    URL: "https://app.example.com",
}
"""What is known without a variable: what compose knows, and, until an app has them, its names."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BRACED = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)(\}|:?[-?+])")
_MARK = re.compile(r"[$}]")

Parts = tuple["str | Reference", ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """One use of a variable. `operator` is empty, or one of `:-`, `-`, `:?`, `?`, `:+`, `+`."""

    name: str
    operator: str = ""
    word: Parts = ()


class Malformed(ValueError):
    """A reference that cannot be read."""


class Missing(ValueError):
    """A variable that the text requires and that has no value."""


class Excessive(ValueError):
    """Variables that add more than `MAX_RESULT`."""


def parse(text: str, *, lenient: bool = False) -> Parts:
    """Split a text into literal pieces and references.

    Raises `Malformed`; when lenient, a dollar sign that begins no reference stands for itself.
    """
    parts, _ = _parse(text, 0, 0, lenient=lenient)
    return parts


def checked(text: str, line: int | None = None, *, lenient: bool = False) -> Parts:
    """Parse, with what is malformed as the product's error. Raises `InvalidPlan`."""
    try:
        return parse(text, lenient=lenient)
    except Malformed as error:
        raise fault(Mistaken.BAD_INTERPOLATION, str(error), line) from error


class Filler:
    """Fills values into texts, within one allowance for all of them."""

    def __init__(self, variables: Mapping[str, str], *, lenient: bool = False) -> None:
        self.variables = variables
        self.lenient = lenient
        self.allowance = MAX_RESULT

    def fill(self, text: str, line: int | None = None) -> str:
        """Give the text with its variables filled in. Raises `InvalidPlan` with the line."""
        parts = checked(text, line, lenient=self.lenient)
        try:
            return self.render(parts)
        except Missing as error:
            raise fault(Mistaken.MISSING_VARIABLE, str(error), line) from error
        except Excessive as error:
            raise fault(Mistaken.TOO_COMPLEX, str(error), line) from error

    def render(self, parts: Parts) -> str:
        """Join the pieces. A variable without value and without default is empty."""
        return "".join(part if isinstance(part, str) else self.value(part) for part in parts)

    def value(self, reference: Reference) -> str:
        """Decide what stands for one reference. Raises `Missing` and `Excessive`."""
        value = self.variables.get(reference.name, PREDEFINED.get(reference.name))
        is_set = bool(value) if reference.operator.startswith(":") else value is not None
        kind = reference.operator[-1:]
        if kind == "+":
            return self.render(reference.word) if is_set else ""
        if kind == "?" and not is_set:
            reason = "".join(map(_written, reference.word))
            detail = f"The variable {reference.name} needs a value"
            message = f"{detail}: {reason[:200]}" if reason else f"{detail}."
            raise Missing(message)
        if kind == "-" and not is_set:
            return self.render(reference.word)
        return self.spend(value or "")

    def spend(self, value: str) -> str:
        """Count what variables add. Raises `Excessive`."""
        self.allowance -= len(value)
        if self.allowance < 0:
            detail = "The compose text grows beyond reason once its variables are filled in."
            raise Excessive(detail)
        return value


def _written(part: str | Reference) -> str:
    """Show a piece of an explanation; of a variable its name, since its value may be secret."""
    return part if isinstance(part, str) else f"${{{part.name}}}"


def _parse(text: str, start: int, depth: int, *, lenient: bool) -> tuple[Parts, int]:
    """Parse up to the end, or inside braces (`depth` > 0) up to the closing one."""
    parts: list[str | Reference] = []
    position = start
    while mark := _MARK.search(text, position):
        if mark.group() == "}":
            if depth:
                parts.append(text[position : mark.start()])
                return tuple(filter(None, parts)), mark.end()
            parts.append(text[position : mark.end()])
            position = mark.end()
            continue
        parts.append(text[position : mark.start()])
        part, position = _dollar(text, mark.end(), depth, lenient=lenient)
        parts.append(part)
    if depth:
        detail = f"A reference before “{text[start : start + 40]}” has no closing brace."
        raise Malformed(detail)
    parts.append(text[position:])
    return tuple(filter(None, parts)), len(text)


def _dollar(text: str, position: int, depth: int, *, lenient: bool) -> tuple[str | Reference, int]:
    """Read what follows a dollar sign."""
    if text.startswith("$", position):
        return "$", position + 1
    if found := _BRACED.match(text, position):
        return _braced(text, found, depth, lenient=lenient)
    if name := _NAME.match(text, position):
        return Reference(name.group()), name.end()
    if lenient:
        return "$", position
    detail = f"“{text[position - 1 : position + 30]}” is no variable; write $$ for a dollar sign."
    raise Malformed(detail)


def _braced(text: str, found: re.Match[str], depth: int, *, lenient: bool) -> tuple[Reference, int]:
    """Read the rest of `{NAME}` or `{NAME<operator>word}`."""
    name, operator = found.groups()
    if operator == "}":
        return Reference(name), found.end()
    if depth >= MAX_NESTING:
        detail = f"“${found.group()}” is nested more than {MAX_NESTING} levels deep."
        raise Malformed(detail)
    word, end = _parse(text, found.end(), depth + 1, lenient=lenient)
    return Reference(name, operator, word), end
