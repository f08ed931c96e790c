"""Fills CapRover's `$$cap_…` names into texts: ours for theirs, and every other dollar doubled."""

from __future__ import annotations

import re

from chalicelib.domain.compose.interpolation import HOST, URL
from chalicelib.domain.compose.wanted import Wanted
from chalicelib.domain.importing.caprover.questions import (
    GENERATED,
    PREFIX,
    Question,
    generator_of,
)
from chalicelib.domain.importing.imported import Dropped
from chalicelib.domain.variables import Definition

APP = "$$cap_appname"
ROOT = "$$cap_root_domain"
HOSTS = "srv-captain--"
"""What stands before a service's name where others reach it."""
_ADDRESS = r"(?P<scheme>https?://)?(?P<label>[A-Za-z0-9_$-]*)(?P<dot>\.?)\$\$cap_root_domain"
_OTHER = r"\$\$cap_[A-Za-z0-9_]+"
_ELSEWHERE = "It is the address of another service; an app has one name here, and that stands."
_ROOT_ALONE = "An app knows no domain above its own name; its own name stands here."
_UNDEFINED = "The app does not define it; it became a variable."
_FIXED = "A name is fixed here: it has the variable's default and cannot be changed."


class CapTexts:
    """What stands for each name in the texts of one app, whose name is `app`."""

    def __init__(self, app: str, questions: list[Question], dropped: list[Dropped]) -> None:
        self.app = app
        self.dropped = dropped
        self.main = ""
        """The service that the app's name leads to."""
        self.made = {one.definition.name: one.definition for one in questions}
        self.asked = {one.id: one for one in questions}
        self.fixed: set[str] = set()
        """Ids whose default stands in names, and so everywhere."""
        ids = sorted((re.escape(one) for one in self.asked), key=len, reverse=True)
        parts = [f"(?P<address>{_ADDRESS})", f"(?P<random>{GENERATED.pattern})"]
        parts += [rf"\$+(?P<asked>{'|'.join(ids)})"] if ids else []
        parts += [f"(?P<app>{re.escape(APP)})", f"(?P<other>{_OTHER})", r"(?P<dollar>\$)"]
        self.pattern = re.compile("|".join(parts))

    def name(self, text: str, line: int | None = None) -> str:
        """Fill in a text that stays as it is, such as a service's name."""
        for found in self.pattern.finditer(text):
            given = found.groupdict().get("asked")
            if given and given not in self.fixed:
                self.fixed.add(given)
                self.dropped.append(Dropped(f"variables.{given}", _FIXED, line))
        return self.filled(text, line).replace("$$", "$")

    def filled(self, text: str, line: int | None = None, where: str = "") -> str:
        """Fill in a value of the compose text."""
        if "$" not in text:
            return text.replace(HOSTS, "")
        replaced = self.pattern.sub(lambda found: self._replacement(found, line, where), text)
        return replaced.replace(HOSTS, "")

    def _replacement(self, found: re.Match[str], line: int | None, where: str) -> str:
        groups = found.groupdict()
        if groups["dollar"]:
            return "$$"
        if groups["app"]:
            return self.app
        if groups["random"]:
            return self._generated(int(re.sub(r"[^0-9]", "", groups["random"])), where)
        if groups.get("asked"):
            return self._asked(groups["asked"], line)
        if groups["other"]:
            return self._undefined(groups["other"], line)
        return self._address(groups, line)

    def _asked(self, given: str, line: int | None) -> str:
        question = self.asked[given]
        if given in self.fixed:
            return self.filled(question.default, line)
        name = question.definition.name
        if not question.composed:
            return f"${{{name}}}"
        word = self.filled(question.composed, line, name)
        return f"${{{name}:-{word}}}"

    def _generated(self, length: int, where: str) -> str:
        """Make a variable for a value that the text itself generates."""
        base = re.sub(r"[^A-Z0-9_]", "_", where.upper()).strip("_")[:80]
        base = f"{base}_RANDOM" if base and base[0].isalpha() else "RANDOM"
        name, number = base, 1
        while name in self.made and not (where and name == f"{where}_RANDOM"):
            number += 1
            name = f"{base}_{number}"
        label = f"Made for {where}" if where else "Made at random"
        self.made[name] = Definition(
            name, type="secret", label=label, generator=generator_of(length)
        )
        return f"${{{name}}}"

    def _undefined(self, given: str, line: int | None) -> str:
        name = re.sub(r"[^A-Z0-9_]", "_", given.removeprefix(PREFIX).upper())
        name = name if name[:1].isalpha() else f"V_{name}"
        if name not in self.made:
            self.made[name] = Definition(name, type=Wanted(name, False, None, ()).type)
            self.dropped.append(Dropped(f"variables.{given}", _UNDEFINED, line))
        return f"${{{name}}}"

    def _address(self, groups: dict[str, str | None], line: int | None) -> str:
        """Put the app's own address, or name, for one of its services' addresses."""
        label = (groups["label"] or "").replace(APP, self.app)
        if not groups["dot"]:
            self.dropped.append(Dropped(ROOT, _ROOT_ALONE, line))
            return f"{groups['scheme'] or ''}{label}${{{HOST}}}"
        if label != self.main:
            self.dropped.append(Dropped(f"{label}.{ROOT}", _ELSEWHERE, line))
        return f"${{{URL}}}" if groups["scheme"] else f"${{{HOST}}}"

    def told(self, text: str) -> str:
        """Fill in a text for people: variables stand by their labels."""

        def word(found: re.Match[str]) -> str:
            groups = found.groupdict()
            if groups["dollar"]:
                return "$"
            if groups["app"]:
                return self.app
            if groups["address"]:
                return f"{groups['scheme'] or ''}<the app's host name>"
            question = self.asked.get(groups.get("asked") or "")
            return f"“{question.definition.label or question.id}”" if question else "…"

        return self.pattern.sub(word, text).replace(HOSTS, "")
