"""Template variables: what a creator defines, and what a deployment's values become.

Types are string, secret, integer, boolean, enum and domain; password, number and select are
taken as other names of secret, integer and enum. Values are texts in the end, as containers
see them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from chalicelib.domain.errors import Fault, Invalid
from chalicelib.domain.hostnames import checked_host
from chalicelib.domain.patterns import UnsafePattern, fits, safe_pattern
from chalicelib.domain.tokens import is_claims, signed_token

VariableType = Literal["string", "secret", "integer", "boolean", "enum", "domain"]

MAX_DEFINITIONS = 250
MAX_VALUE = 16_384
"""Characters of one value."""
MAX_OPTIONS = 200
GENERATORS = frozenset(
    ("password", "symbols", "hex", "base64", "base64_bytes", "uuid", "username", "email")
) | {"port", "timestamp", "timestamp_ms", "jwt"}
"""`generators.py` makes them; a jwt is signed here, once the variable that signs it has a value."""
MIN_GENERATED, MAX_GENERATED = 8, 256
DEFAULT_GENERATED = 32

_ALIASES = {"password": "secret", "number": "integer", "select": "enum"}
_TYPES = get_args(VariableType)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_BOOLEANS = {"true": "true", "yes": "true", "1": "true", "on": "true"}
_BOOLEANS |= {"false": "false", "no": "false", "0": "false", "off": "false"}
_KEYS = frozenset(
    ("name", "label", "description", "type", "default", "required", "options", "validation")
) | {"generator"}
_ROOT = "/data/attributes/variables"


@dataclass(frozen=True)
class Generator:
    """How a value is made when nobody gives one.

    `length` is in characters, of base64_bytes in bytes before they are encoded. A jwt has the
    name of the variable that signs it as `secret`, and what it says as `claims`, a JSON object.
    """

    kind: str = "password"
    length: int = DEFAULT_GENERATED
    secret: str = ""
    claims: str = "{}"


@dataclass(frozen=True)
class Definition:
    """One variable of a template. A default of None is no default."""

    name: str
    type: VariableType = "string"
    label: str = ""
    description: str = ""
    default: str | None = None
    required: bool = False
    options: tuple[str, ...] = ()
    validation: str | None = None
    generator: Generator | None = None

    @property
    def is_secret(self) -> bool:
        """Whether the value is encrypted and never shown."""
        return self.type == "secret"

    @property
    def is_signed(self) -> bool:
        """Whether it is a token that another variable signs."""
        return self.generator is not None and self.generator.kind == "jwt"


def parse_definitions(items: Iterable[Mapping[str, Any]]) -> tuple[Definition, ...]:
    """Read a template's definitions. Raises `Invalid` with every fault and its pointer."""
    faults: list[Fault] = []
    found: dict[str, Definition] = {}
    entries = list(items)
    if len(entries) > MAX_DEFINITIONS:
        raise Invalid((Fault(_ROOT, f"A template has at most {MAX_DEFINITIONS} variables."),))
    for index, item in enumerate(entries):
        reader = _Reader(item, f"{_ROOT}/{index}")
        definition = reader.read()
        if definition.name in found:
            reader.complain("name", f"The variable {definition.name} is defined twice.")
        found.setdefault(definition.name, definition)
        faults += reader.faults
        faults += _signer_faults(definition, entries, index)
    if faults:
        raise Invalid(tuple(faults))
    return tuple(found.values())


def _signer_faults(
    definition: Definition, entries: list[Mapping[str, Any]], index: int
) -> list[Fault]:
    """What is wrong with the variable that signs a token."""
    if not definition.is_signed or definition.generator is None:
        return []
    named = definition.generator.secret
    others = [one for one in entries if isinstance(one, Mapping) and one.get("name") == named]
    generators = [one.get("generator") for one in others]
    kinds = [one.get("kind") if isinstance(one, Mapping) else one for one in generators]
    if others and "jwt" not in kinds:
        return []
    detail = "A token is signed with another variable, which is no token itself."
    return [Fault(f"{_ROOT}/{index}/generator", detail)]


class _Missing(ValueError):
    """A value that must be given and is not."""


def resolve(
    definitions: Iterable[Definition],
    given: Mapping[str, object],
    generate: Callable[[Definition], str],
) -> dict[str, str]:
    """Decide every variable's value: the given one, else a generated one, else the default.

    `generate` makes a random value for a definition with a generator. A value given for an
    optional variable as null counts as not given. Raises `Invalid` with all faults.
    """
    known = {definition.name: definition for definition in definitions}
    faults = [
        Fault(_pointer(name), f"The template has no variable {name[:128]}.", "unknown")
        for name in given
        if name not in known
    ]
    values: dict[str, str] = {}

    def make(definition: Definition) -> str:
        return _signed(definition, values) if definition.is_signed else generate(definition)

    for name, definition in sorted(known.items(), key=lambda item: item[1].is_signed):
        try:
            value = _value(definition, given.get(name), make)
        except ValueError as error:
            code = "required" if isinstance(error, _Missing) else "invalid"
            faults.append(Fault(_pointer(name), f"{definition.label or name} {error}.", code))
            continue
        if value is not None:
            values[name] = value
    if faults:
        raise Invalid(tuple(faults))
    return values


def _signed(definition: Definition, values: Mapping[str, str]) -> str:
    """Sign a token with another variable's value. Raises `ValueError` when that has none."""
    generator = definition.generator or Generator()
    key = values.get(generator.secret)
    if not key:
        detail = f"needs a value, since {generator.secret}, which signs it, is not known here"
        raise _Missing(detail)
    return signed_token(generator.claims, key)


def _pointer(name: str) -> str:
    """Point at a value, with JSON Pointer's two escapes."""
    return f"{_ROOT}/{name[:128].replace('~', '~0').replace('/', '~1')}"


def _value(
    definition: Definition, given: object, generate: Callable[[Definition], str]
) -> str | None:
    """Decide one value; None when there is none and none is needed. Raises `ValueError`."""
    if given is not None and not (given == "" and (definition.required or definition.generator)):
        return check_value(definition, given)
    if definition.generator is not None:
        return generate(definition)
    if definition.default is not None:
        return definition.default
    if definition.required:
        detail = "needs a value"
        raise _Missing(detail)
    return None


def check_value(definition: Definition, given: object) -> str:
    """Give a value's text if it fits its definition. Raises `ValueError`, without the value."""
    text = _as_text(given)
    if len(text) > MAX_VALUE:
        detail = f"is longer than {MAX_VALUE} characters"
        raise ValueError(detail)
    if "\0" in text:
        detail = "holds a NUL character"
        raise ValueError(detail)
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        detail = "holds half of a character"
        raise ValueError(detail)
    if text == "" and not definition.required:
        return text
    text = _typed(definition, text)
    if definition.validation is not None and not fits(text, definition.validation):
        detail = f"does not match {definition.validation}"
        raise ValueError(detail)
    return text


def _as_text(given: object) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, float) and not math.isfinite(given):
        detail = "must be a finite number"
        raise ValueError(detail)
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    if isinstance(given, str | int | float):
        return str(given)
    detail = "must be a text, a number or a boolean"
    raise ValueError(detail)


def _typed(definition: Definition, text: str) -> str:
    """Bring a text into its type's one spelling. Raises `ValueError`."""
    if definition.type == "integer":
        if not _INTEGER.fullmatch(text.strip()):
            detail = "must be a whole number"
            raise ValueError(detail)
        return str(int(text))
    if definition.type == "boolean":
        if text.strip().lower() not in _BOOLEANS:
            detail = "must be true or false"
            raise ValueError(detail)
        return _BOOLEANS[text.strip().lower()]
    if definition.type == "enum" and text not in definition.options:
        detail = f"must be one of {', '.join(definition.options)}"
        raise ValueError(detail)
    if definition.type == "domain":
        host = checked_host(text)
        if host is None:
            detail = "must be a host name such as app.example.com"
            raise ValueError(detail)
        return host
    return text


class _Reader:
    """Reads one definition and gathers what is wrong with it."""

    def __init__(self, item: Mapping[str, Any], pointer: str) -> None:
        self.item: Mapping[str, Any] = item if isinstance(item, Mapping) else {}
        self.pointer = pointer
        self.faults: list[Fault] = []
        if not isinstance(item, Mapping):
            self.faults.append(Fault(pointer, "A variable is an object with name and type."))

    def complain(self, key: str, detail: str) -> None:
        """Note a fault of one key."""
        self.faults.append(Fault(f"{self.pointer}/{key}", detail))

    def read(self) -> Definition:
        """Read everything; a faulty part falls back to something harmless."""
        for key in sorted(map(str, self.item.keys() - _KEYS)):
            self.complain(key, f"A variable has no {key}.")
        kind = self._type()
        bare = Definition(
            name=self._name(),
            type=kind,
            label=self._text("label", 200),
            description=self._text("description", 2000),
            required=self._required(),
            options=self._options(kind),
            validation=self._validation(),
            generator=self._generator(kind),
        )
        if self.faults:
            return bare
        return Definition(**{**bare.__dict__, "default": self._default(bare)})

    def _name(self) -> str:
        name = self.item.get("name")
        if isinstance(name, str) and _NAME.fullmatch(name):
            return name
        if not self.faults or self.item:
            self.complain("name", "A name has letters, digits and “_”, and no digit first.")
        return f"?{self.pointer}"

    def _type(self) -> VariableType:
        kind = self.item.get("type", "string")
        kind = _ALIASES.get(kind, kind) if isinstance(kind, str) else None
        if kind in _TYPES:
            return cast("VariableType", kind)
        self.complain("type", f"The type must be one of {', '.join(_TYPES)}.")
        return "string"

    def _text(self, key: str, most: int) -> str:
        text = self.item.get(key)
        if text is None:
            return ""
        if not isinstance(text, str) or len(text) > most:
            self.complain(key, f"This must be a text of at most {most} characters.")
            return ""
        return text

    def _required(self) -> bool:
        required = self.item.get("required", False)
        if not isinstance(required, bool):
            self.complain("required", "This must be true or false.")
        return required is True

    def _options(self, kind: VariableType) -> tuple[str, ...]:
        options = self.item.get("options")
        if kind != "enum" and not options:
            return ()
        if not isinstance(options, list) or not 1 <= len(options) <= MAX_OPTIONS:
            self.complain("options", f"An enum lists 1 to {MAX_OPTIONS} options.")
            return ()
        texts = tuple(_option(option) for option in options)
        if "" in texts or len(set(texts)) < len(texts):
            self.complain("options", "Options are distinct texts that are not empty.")
        return texts

    def _validation(self) -> str | None:
        pattern = self.item.get("validation")
        if pattern is None or pattern == "":
            return None
        if not isinstance(pattern, str):
            self.complain("validation", "This must be a regular expression.")
            return None
        try:
            safe_pattern(pattern)
        except UnsafePattern as error:
            self.complain("validation", str(error))
        return pattern

    def _generator(self, kind: VariableType) -> Generator | None:
        stated = self.item.get("generator")
        if stated is None:
            return None
        if isinstance(stated, str):
            stated = {"kind": stated}
        if kind not in {"string", "secret"} or not isinstance(stated, dict):
            self.complain("generator", "Only strings and secrets are generated, by a kind.")
            return None
        made = stated.get("kind", "password")
        length = stated.get("length", DEFAULT_GENERATED)
        keys = {"kind", "length", *(("secret", "claims") if made == "jwt" else ())}
        if not isinstance(made, str) or made not in GENERATORS or stated.keys() - keys:
            detail = f"The kind must be one of {', '.join(sorted(GENERATORS))}."
            self.complain("generator", detail)
            return None
        whole = isinstance(length, int) and not isinstance(length, bool)
        if not whole or not MIN_GENERATED <= length <= MAX_GENERATED:
            detail = f"The length must be within {MIN_GENERATED} and {MAX_GENERATED} characters."
            self.complain("generator", detail)
            return None
        return Generator(made, length) if made != "jwt" else self._token(stated, length)

    def _token(self, stated: dict[Any, Any], length: int) -> Generator | None:
        """Read what a token is signed with and what it says."""
        secret, claims = stated.get("secret"), stated.get("claims", "{}")
        if isinstance(claims, dict):
            claims = json.dumps(claims)
        if not isinstance(secret, str) or not is_claims(claims):
            detail = "A jwt names the variable that signs it as secret; its claims are an object."
            self.complain("generator", detail)
            return None
        return Generator("jwt", length, secret, claims)

    def _default(self, bare: Definition) -> str | None:
        default = self.item.get("default")
        if default is None or (default == "" and bare.required):
            return None
        try:
            return check_value(bare, default)
        except ValueError as error:
            self.complain("default", f"The default {error}.")
            return None


def _option(option: object) -> str:
    """Give an option's text; empty when it cannot be one."""
    try:
        return _as_text(option)[:MAX_VALUE]
    except ValueError:
        return ""
