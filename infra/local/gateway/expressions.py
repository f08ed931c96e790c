"""The part of the gateway's expression language that its set-up uses (contract, section 2.9).

Texts in single or double quotes, variables, `+`, `==`, `contains`, `startsWith`, `a ? b : c`,
parentheses, and `trimPrefix(text, prefix)`. Anything else is refused when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, str]
Expression = Callable[[Values], Any]
TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign>==|[?:+(),]))"""
)
COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": lambda one, other: bool(one == other),
    "contains": lambda one, other: other in one,
    "startsWith": lambda one, other: one.startswith(other),
}
CALLED: Mapping[str, Callable[..., str]] = {"trimPrefix": str.removeprefix}


class BadExpression(Exception):
    """A text that is no expression here."""


def compiled(text: str) -> Expression:
    """Read an expression. Raises `BadExpression`."""
    reader = _Reader(_tokens(text))
    found = reader.choice()
    if reader.rest:
        raise BadExpression(f"{reader.rest[0]!r} is not expected in {text}")
    return found


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            raise BadExpression(f"{text[at:]!r} is not understood")
        found.append(match[match.lastgroup or 0])
        at = match.end()
    return found


@dataclass
class _Reader:
    """Reads tokens from the left."""

    rest: list[str] = field(default_factory=list)

    def choice(self) -> Expression:
        """`a ? b : c`, or less."""
        asked = self.comparison()
        if not self._took("?"):
            return asked
        first = self.choice()
        self._expect(":")
        second = self.choice()
        return lambda values: first(values) if asked(values) else second(values)

    def comparison(self) -> Expression:
        """Two sides that are compared, or one."""
        one = self.sum()
        if not self.rest or self.rest[0] not in COMPARED:
            return one
        compare, other = COMPARED[self.rest.pop(0)], self.sum()
        return lambda values: compare(one(values), other(values))

    def sum(self) -> Expression:
        """Texts put together, or one."""
        found = self.single()
        while self._took("+"):
            found = _joined(found, self.single())
        return found

    def single(self) -> Expression:
        """A text, a variable, a call, or something in parentheses."""
        if self._took("("):
            inner = self.choice()
            self._expect(")")
            return inner
        if not self.rest:
            raise BadExpression("something is missing at the end")
        token = self.rest.pop(0)
        if token[0] in "'\"":
            text = re.sub(r"\\(.)", r"\1", token[1:-1])
            return lambda _values: text
        if token in CALLED and self._took("("):
            return self._call(CALLED[token])
        if not token[0].isalpha():
            raise BadExpression(f"{token!r} is not expected")
        return lambda values: values.get(token, "")

    def _call(self, function: Callable[..., str]) -> Expression:
        given = [self.choice()]
        while self._took(","):
            given.append(self.choice())
        self._expect(")")
        return lambda values: function(*(one(values) for one in given))

    def _took(self, sign: str) -> bool:
        if self.rest and self.rest[0] == sign:
            self.rest.pop(0)
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._took(sign):
            raise BadExpression(f"{sign!r} is missing")


def _joined(one: Expression, other: Expression) -> Expression:
    return lambda values: one(values) + other(values)
