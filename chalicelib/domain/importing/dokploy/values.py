"""Evaluates the variables of a Dokploy template: helpers become generators, names references.

A value becomes pieces: text, and references to variables of ours. What Dokploy draws at random we
draw when an app is deployed, from a safe source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.compose.interpolation import HOST
from chalicelib.domain.importing.dokploy.loose_toml import Table
from chalicelib.domain.importing.imported import CannotImport, Dropped
from chalicelib.domain.importing.rewriting import literal
from chalicelib.domain.variables import (
    MAX_GENERATED,
    MIN_GENERATED,
    Definition,
    Generator,
    VariableType,
)

_MARK = re.compile(r"\$\{([^{}]+)\}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")
_COUNT = re.compile(r"[0-9]{1,4}", re.ASCII)
_CLAIMS: dict[str, Any] = {"iss": "dokploy", "exp": 1_893_456_000}
"""What Dokploy's tokens say when a template gives no payload: they end with the year 2029."""
_LENGTHS = {"password": 16, "hash": 8, "base64": 32}
_KINDS = {"password": "password", "hash": "hex", "base64": "base64_bytes"}
_SIMPLE = {
    "uuid": "uuid",
    "randomPort": "port",
    "timestamp": "timestamp_ms",
    "timestampms": "timestamp_ms",
    "timestamps": "timestamp",
    "email": "email",
    "username": "username",
}
_OPEN = {"uuid", "port", "timestamp", "timestamp_ms", "email", "username"}
"""Kinds of which the value may be shown."""
_NAMED = {"username", "email"}
"""Helpers whose values people read and type."""
_APP_NAME = "app"


@dataclass(frozen=True)
class Ref:
    """A reference to a variable of ours."""

    name: str


@dataclass(frozen=True)
class Unknown:
    """A reference that neither variables nor helpers explain."""

    name: str


Pieces = tuple["str | Ref | Unknown", ...]
MAX_PIECES = 5_000
MAX_CHARACTERS = 1_000_000
"""Of one value, once everything is filled in."""


def bounded(pieces: Pieces) -> Pieces:
    """Give pieces back. Raises `CannotImport` for those that grew beyond reason."""
    size = sum(len(piece) for piece in pieces if isinstance(piece, str))
    if len(pieces) > MAX_PIECES or size > MAX_CHARACTERS:
        detail = "The variables grow beyond reason once they are filled in."
        raise CannotImport(detail)
    return pieces


def compose_text(pieces: Pieces, names: Mapping[str, str] | None = None) -> str:
    """Write pieces as compose text; what is unknown stays as the text that it was."""
    renamed = names or {}
    return "".join(
        f"${{{renamed.get(piece.name, piece.name)}}}"
        if isinstance(piece, Ref)
        else literal(f"${{{piece.name}}}" if isinstance(piece, Unknown) else piece)
        for piece in pieces
    )


def plain_text(pieces: Pieces) -> str | None:
    """Give the text of pieces that refer to nothing; None for others."""
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(piece for piece in pieces if isinstance(piece, str))
    return None


class Values:
    """The `[variables]` of a template, evaluated once each and in any order."""

    def __init__(
        self, table: Table, taken: Iterable[str] = (), further_hosts: Iterable[str] = ()
    ) -> None:
        self.table = table
        self.further_hosts = set(further_hosts)
        """Variables that hold a host name of their own, beside the app's."""
        self.taken = set(taken)
        """Names that our variables may not have, since others have them."""
        self.made: dict[str, Definition] = {}
        self.dropped: list[Dropped] = []
        self._known: dict[str, Pieces] = {}
        self._open: set[str] = set()

    def variable(self, name: str) -> Pieces | None:
        """Evaluate a variable; None when there is none of that name."""
        if name not in self.table:
            return None
        if name not in self._known:
            if name in self._open:
                self._drop(name, "This variable refers to itself.")
                return ("",)
            self._open.add(name)
            self._known[name] = self.expand(as_text(self.table[name]), name)
            self._open.discard(name)
        return self._known[name]

    def expand(self, text: str, hint: str) -> Pieces:
        """Evaluate a text; `hint` names the variables that its helpers make."""
        pieces: list[str | Ref | Unknown] = []
        at = 0
        for mark in _MARK.finditer(text):
            pieces.append(text[at : mark.start()])
            at = mark.end()
            pieces += self._word(mark[1].strip(), hint)
            bounded(tuple(pieces))
        return tuple(piece for piece in (*pieces, text[at:]) if piece != "")

    def _word(self, word: str, hint: str) -> Pieces:
        found = self.variable(word) if word != hint else None
        if found is not None:
            return found
        if word == "APP_NAME":
            return (_APP_NAME,)
        if word == "domain" and hint in self.further_hosts:
            return (self._host(hint),)
        helper, _, argument = word.partition(":")
        if helper == "jwt":
            return self._token(argument, hint)
        return (self._helped(helper, argument, hint) or Unknown(word),)

    def _helped(self, helper: str, argument: str, hint: str) -> str | Ref | Unknown | None:
        """Evaluate a helper with one value; None when there is none of that name."""
        if helper == "domain":
            return Ref(HOST)
        if helper in {"timestamps", "timestampms"} and argument:
            return self._moment(helper, argument, hint)
        if helper in _KINDS and (not argument or _COUNT.fullmatch(argument)):
            return self._drawn(_KINDS[helper], int(argument or _LENGTHS[helper]), hint)
        if helper in _SIMPLE and not argument:
            return self._drawn(_SIMPLE[helper], 8 if helper in _NAMED else 32, hint)
        return None

    def _host(self, name: str) -> Ref:
        """Make a variable of a further host name, which people have to lead to the app."""
        ref = self.define(name, None)
        detail = (
            "An app has one host name of its own; a further one is a variable that people give."
        )
        self._drop(name, detail)
        return ref

    def _drawn(self, kind: str, length: int, hint: str) -> Ref:
        """Make a variable whose value is generated."""
        fitting = min(max(length, MIN_GENERATED), MAX_GENERATED)
        if kind != "base64_bytes" and fitting != length:
            detail = f"Dokploy generates {length} characters; {fitting} are generated here."
            self._drop(hint, detail)
        elif kind == "base64_bytes":
            fitting = min(max(length, MIN_GENERATED), 192)
        return self.define(hint, Generator(kind, fitting), is_open=kind in _OPEN)

    def define(self, hint: str, generator: Generator | None, *, is_open: bool = False) -> Ref:
        """Add a variable under a name that is free: a generated one, or else a host name."""
        base = _UNSAFE.sub("_", hint).strip("_")[:100] or "value"
        base = f"_{base}" if base[0].isdigit() else base
        name, number = base, 1
        while name in self.made or name in self.taken:
            number += 1
            name = f"{base}_{number}"
        kind: VariableType = "string" if is_open else "secret"
        if generator is None:
            self.made[name] = Definition(name, "domain", required=True)
        else:
            self.made[name] = Definition(name, kind, generator=generator)
        return Ref(name)

    def _token(self, argument: str, hint: str) -> Pieces:
        """Evaluate `jwt`, `jwt:<bytes>` and `jwt:<secret variable>[:<payload variable>]`."""
        if _COUNT.fullmatch(argument):
            # A number asks for a secret to sign with, as hexadecimal digits of so many bytes.
            return (self._drawn("hex", 2 * int(argument), hint),)
        secret, _, payload = argument.partition(":")
        signer = self.variable(secret) if secret else None
        if secret and (signer is None or len(signer) != 1 or not isinstance(signer[0], Ref)):
            self._drop(hint, f"The token's secret {secret} is not a generated variable.")
            return (Unknown(f"jwt:{argument}"),)
        claims = self._claims(payload, hint) if payload else _CLAIMS
        if claims is None:
            return (Unknown(f"jwt:{argument}"),)
        ref = signer[0] if signer else self._drawn("password", 32, f"{hint}_secret")
        assert isinstance(ref, Ref)  # noqa: S101 - what else it could be was answered above
        return (self.define(hint, jwt(ref.name, claims)),)

    def _claims(self, payload: str, hint: str) -> dict[str, Any] | None:
        pieces = self.variable(payload)
        text = plain_text(pieces) if pieces is not None else None
        try:
            claims = json.loads(text or "")
        except ValueError:
            claims = None
        if not isinstance(claims, dict):
            self._drop(hint, f"The token's payload {payload} is no JSON object.")
            return None
        return claims

    def _moment(self, helper: str, date: str, hint: str) -> str | Unknown:
        try:
            moment = datetime.fromisoformat(date)
        except ValueError:
            self._drop(hint, f"{date[:40]} is no date.")
            return Unknown(f"{helper}:{date}")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = int(moment.timestamp())
        return str(seconds if helper == "timestamps" else 1000 * seconds)

    def _drop(self, name: str, reason: str) -> None:
        line = self.table.lines.get(name)
        self.dropped.append(Dropped(f"template.toml: variables.{name}", reason, line))


def renamed(made: Mapping[str, Definition], names: Mapping[str, str]) -> list[Definition]:
    """Give definitions their new names, and the tokens among them their secrets' new names."""
    found = []
    for name, definition in made.items():
        generator = definition.generator
        if generator is not None and generator.secret in names:
            generator = replace(generator, secret=names[generator.secret])
        found.append(replace(definition, name=names.get(name, name), generator=generator))
    return found


def jwt(secret: str, claims: Mapping[str, Any]) -> Generator:
    """Make the generator of a token that is signed with another variable."""
    return Generator("jwt", secret=secret, claims=json.dumps(claims))


def as_text(value: object) -> str:
    """Write a TOML value as a text, as an environment has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, default=str)
