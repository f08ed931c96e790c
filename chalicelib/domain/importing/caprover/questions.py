"""Reads the variables of a CapRover app: their types, patterns, defaults and generators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.compose.wanted import Wanted
from chalicelib.domain.importing.drafting import pattern_of
from chalicelib.domain.importing.imported import Dropped
from chalicelib.domain.patterns import UnsafePattern, fits, safe_pattern
from chalicelib.domain.variables import (
    MAX_GENERATED,
    MIN_GENERATED,
    Definition,
    Generator,
    VariableType,
    check_value,
)

GENERATED = re.compile(r"\$\$cap_gen_random_hex\(\s*([0-9]{1,4})\s*\)")
PREFIX = "$$cap_"
_CHOICE = re.compile(r"/\^\(?:?([A-Za-z0-9_.-]+(?:\|[A-Za-z0-9_.-]+)+)\)\$/i?")
_ANYTHING = re.compile(r"/?\^?\(?\.(?:\*|\{0,\})\)?\$?/?")
_SOMETHING = re.compile(r"/?\^?\(?\.(?:\+|\{1,\})\)?\$?/?")
_BOOLEAN = {"true", "false"}
_OWN = ("HOSTER_", "COMPOSE_")


@dataclass(frozen=True)
class Question:
    """One variable: its id without dollar signs, its definition, and its default if composed."""

    id: str
    definition: Definition
    composed: str = ""
    """A default that holds further variables, as the source has it."""
    default: str = ""
    """The default as the source has it."""


def generator_of(length: int) -> Generator:
    """Give the generator of so many hexadecimal digits, within what ours makes."""
    return Generator("hex", min(max(length, MIN_GENERATED), MAX_GENERATED))


def questions_of(
    stated: list[dict[str, str]], lines: list[int | None], dropped: list[Dropped]
) -> list[Question]:
    """Read the variables; what they say and ours cannot is noted as dropped."""
    found: dict[str, Question] = {}
    names: set[str] = set()
    for item, line in zip(stated, lines, strict=True):
        given = item.get("id", "").strip().lstrip("$")
        if not given:
            dropped.append(Dropped("variables", "A variable has an id.", line))
        elif given not in found:
            name = _name(given, names)
            found[given] = _question(given, name, item, line, dropped)
    return list(found.values())


def _name(given: str, names: set[str]) -> str:
    """Name the variable: in capitals, once, and none that is taken already."""
    base = re.sub(r"[^A-Z0-9_]", "_", given.removeprefix("cap_").upper())[:100]
    base = base if base[:1].isalpha() and not base.startswith(_OWN) else f"V_{base}"
    name, number = base, 1
    while name in names:
        number += 1
        name = f"{base}_{number}"
    names.add(name)
    return name


def _question(
    given: str, name: str, item: dict[str, str], line: int | None, dropped: list[Dropped]
) -> Question:
    default = item.get("defaultValue", "")
    regex = item.get("validRegex", "").strip()
    label = (item.get("label") or item.get("lable") or "")[:200]
    description = item.get("description", "")[:2000]
    is_optional = item.get("optional", "").lower() == "true"
    whole = GENERATED.fullmatch(default.strip())
    is_composed = whole is None and PREFIX in default
    plain = default if not is_composed and whole is None else ""
    kind, options = _type(name, regex, plain)
    pattern, required = _pattern(given, regex, line, dropped) if not options else (None, True)
    definition = Definition(
        name,
        type="string" if whole and kind not in {"string", "secret"} else kind,
        label=label,
        description=description,
        default=plain or None,
        required=required and not is_optional and whole is None and not is_composed,
        options=options,
        validation=pattern if kind in {"string", "secret"} else None,
        generator=generator_of(int(whole[1])) if whole else None,
    )
    fitting = next(_fitting(definition))
    if fitting.validation != definition.validation:
        reason = "Its own default does not match the pattern."
        dropped.append(Dropped(f"variables.{given}.validRegex", reason, line))
    return Question(given, fitting, default if is_composed else "", default)


def _fitting(definition: Definition) -> Iterator[Definition]:
    """Give the definition, or what is left of it once it takes its own default."""
    plainer = Definition(**{**definition.__dict__, "validation": None})
    text = Definition(**{**plainer.__dict__, "type": "string", "options": ()})
    for one in (definition, plainer, text):
        try:
            check_value(one, one.default or "")
        except ValueError:
            if one.default is not None:
                continue
        yield one
    yield text


def _type(name: str, regex: str, default: str) -> tuple[VariableType, tuple[str, ...]]:
    """Guess a type by pattern, name and default."""
    choice = _CHOICE.fullmatch(regex)
    options = tuple(dict.fromkeys(choice[1].split("|"))) if choice else ()
    if {option.lower() for option in options} == _BOOLEAN:
        return "boolean", ()
    if len(options) > 1 and (not default or default in options):
        return "enum", options
    guessed = Wanted(name, False, default, ()).type
    if guessed == "boolean" and options:
        return "string", ()
    return guessed, ()


def _pattern(
    given: str, regex: str, line: int | None, dropped: list[Dropped]
) -> tuple[str | None, bool]:
    """Give our pattern, if one is needed, and whether it forbids an empty text."""
    if not regex or _ANYTHING.fullmatch(regex):
        return None, False
    if _SOMETHING.fullmatch(regex):
        return None, True
    pattern = pattern_of(regex)
    try:
        safe_pattern(pattern)
    except UnsafePattern as error:
        dropped.append(Dropped(f"variables.{given}.validRegex", str(error), line))
        return None, False
    return pattern, not fits("", pattern)
