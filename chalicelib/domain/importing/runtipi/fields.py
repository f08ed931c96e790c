"""Turns the form fields of a Runtipi app into typed variables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chalicelib.domain.importing.drafting import pattern_of
from chalicelib.domain.importing.imported import Dropped
from chalicelib.domain.importing.services import line_with
from chalicelib.domain.patterns import MAX_TEXT, UnsafePattern, safe_pattern
from chalicelib.domain.variables import (
    DEFAULT_GENERATED,
    MAX_GENERATED,
    MIN_GENERATED,
    Definition,
    Generator,
    VariableType,
    check_value,
)

_TYPES: dict[str, VariableType] = {
    "text": "string",
    "password": "secret",
    "email": "string",
    "number": "integer",
    "fqdn": "domain",
    "ip": "string",
    "fqdnip": "string",
    "url": "string",
    "random": "secret",
    "boolean": "boolean",
}
_ENCODINGS = {"hex": "hex", "base64": "base64_bytes"}
_PATTERNS = {
    "email": r"[^@\s]{1,64}@[^@\s]{1,190}",
    "ip": r"[0-9A-Fa-f.:]{2,45}",
    "url": r"https?://\S{1,240}",
}
CONFIG = "config.json"
MAX_BYTES = 192
"""Bytes that are encoded as base64, so that what comes out has at most 256 characters."""


def fields(found: object, dropped: list[Dropped], text: str = "") -> Iterator[Definition]:
    """Define a variable for each field that has one; `text` is where the fields stand."""
    for field in found if isinstance(found, list) else []:
        name = field.get("env_variable") if isinstance(field, dict) else None
        if not isinstance(name, str) or not (name.isascii() and name.isidentifier()):
            label = field.get("label", "") if isinstance(field, dict) else ""
            detail = "A form field without the name of a variable does nothing."
            line = line_with(text, str(label)) if label else None
            dropped.append(Dropped(f"{CONFIG}: form_fields: {label}", detail, line))
            continue
        yield _Field(name, field, dropped, line_with(text, name)).definition()


class _Field:
    """One field while it is read."""

    def __init__(
        self, name: str, field: dict[str, Any], dropped: list[Dropped], line: int | None
    ) -> None:
        self.name = name
        self.line = line
        self.field = field
        self.dropped = dropped
        self.kind = str(field.get("type", "text"))

    def drop(self, key: str, reason: str) -> None:
        """Tell of a part of the field that is not carried over."""
        key = f"{CONFIG}: form_fields.{self.name}.{key}"
        self.dropped.append(Dropped(key, reason, self.line))

    def definition(self) -> Definition:
        """Define the variable."""
        if self.kind not in _TYPES:
            self.drop("type", f"There is no type {self.kind[:40]} here; it takes any text.")
        options = self._options()
        made = Definition(
            self.name,
            "enum" if options else _TYPES.get(self.kind, "string"),
            label=str(self.field.get("label", ""))[:200],
            description=self._description()[:2000],
            required=self.field.get("required") is True and self.kind != "random",
            options=options,
            validation=None if options else self._pattern(),
            generator=self._generator() if self.kind == "random" else None,
        )
        default = self.field.get("default")
        if default is None or default == "":
            return made
        try:
            return replace(made, default=check_value(made, default))
        except ValueError as error:
            self.drop("default", f"The default {error}.")
            return made

    def _options(self) -> tuple[str, ...]:
        values = [str(one.get("value", "")) for one in self._choices()]
        return tuple(dict.fromkeys(value for value in values if value))

    def _choices(self) -> list[dict[str, Any]]:
        stated = self.field.get("options")
        return [one for one in stated if isinstance(one, dict)] if isinstance(stated, list) else []

    def _description(self) -> str:
        """Say what the field says: its hint, its example, and its options' names."""
        told = [str(self.field.get("hint") or "")]
        if example := self.field.get("placeholder"):
            told.append(f"For example: {example}")
        if pattern_error := self.field.get("pattern_error"):
            told.append(str(pattern_error))
        told += [
            f"{one.get('value')}: {one.get('label')}"
            for one in self._choices()
            if str(one.get("label", "")) != str(one.get("value", ""))
        ]
        if self.kind == "number":
            told += [f"{word} {self.field[key]}" for key, word in _BOUNDS if key in self.field]
        return "\n".join(text for text in told if text)

    def _pattern(self) -> str | None:
        """Bring pattern and lengths into one pattern for the whole value."""
        stated = self.field.get("regex")
        pattern = pattern_of(stated) if isinstance(stated, str) and stated else None
        pattern = pattern or _PATTERNS.get(self.kind)
        if self.kind in {"text", "password"} and self.field.keys() & {"min", "max"}:
            pattern = self._bounded(pattern)
        try:
            if pattern is not None:
                safe_pattern(pattern)
        except UnsafePattern as error:
            self.drop("regex", str(error))
            return None
        return pattern

    def _bounded(self, pattern: str | None) -> str | None:
        """Add the lengths to a pattern; one that is beyond what a pattern may be tried on goes."""
        least = _number(self.field.get("min"), 0)
        most = _number(self.field.get("max"), MAX_TEXT)
        if most > MAX_TEXT or (least <= 1 and "max" not in self.field):
            if least > 1:
                self.drop("min", f"No pattern is tried on more than {MAX_TEXT} characters.")
            return pattern
        bounds = f"[\\s\\S]{{{least},{most}}}"
        return f"(?={bounds}\\Z)(?:{pattern})" if pattern else bounds

    def _generator(self) -> Generator:
        stated = self.field.get("encoding")
        kind = _ENCODINGS.get(stated, "hex") if isinstance(stated, str) else "hex"
        length = _number(self.field.get("min"), DEFAULT_GENERATED)
        most = MAX_BYTES if kind == "base64_bytes" else MAX_GENERATED
        fitting = min(max(length, MIN_GENERATED), most)
        if fitting != length:
            self.drop("min", f"Runtipi generates {length} characters, and {fitting} are here.")
        return Generator(kind, fitting)


_BOUNDS = (("min", "At least"), ("max", "At most"))


def _number(value: object, default: int) -> int:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and 0 <= value <= 100_000 else default  # type: ignore[operator,call-overload]
