"""Values made for variables that nobody gave, from random bytes that the caller brings."""

from __future__ import annotations

import base64
import string
import uuid
from collections.abc import Callable

from chalicelib.domain.variables import Generator

_LETTERS = string.ascii_letters + string.digits
_NAMES = string.ascii_lowercase + string.digits
_BASE64 = _LETTERS + "+/"
_HEX = string.digits + "abcdef"
_SYMBOLS = _LETTERS + "!#%*+,-.:=?@^_~"
ALPHABETS = {
    "base64": _BASE64,
    "hex": _HEX,
    "password": _LETTERS,
    "symbols": _SYMBOLS,
    "username": _NAMES,
    "email": _NAMES,
}
PORTS = range(10_240, 30_000)
"""Ports that ask for no privilege and that no node publishes or gives away for a while."""
MAIL_DOMAIN = "example.com"


def generated(
    generator: Generator, random_below: Callable[[int], int], *, milliseconds: int
) -> str:
    """Make a value of the generator's kind and length; some kinds have a length of their own.

    `random_below(n)` gives an unpredictable whole number from 0 to n - 1; `milliseconds` is the
    time since 1970. Passwords hold letters and digits alone, so that they survive shells, URLs and
    configuration files; symbols adds signs that need no quotes in a file. User names begin with a
    letter. Of base64_bytes the length counts bytes before they are encoded. What is signed
    with another variable is not made here.
    """
    if generator.kind in _OWN_LENGTH:
        return _OWN_LENGTH[generator.kind](random_below, milliseconds)
    if generator.kind == "base64_bytes":
        made = bytes(random_below(256) for _ in range(generator.length))
        return base64.b64encode(made).decode()
    alphabet = ALPHABETS[generator.kind]
    letters = [alphabet[random_below(len(alphabet))] for _ in range(generator.length)]
    if generator.kind in {"username", "email"}:
        letters[0] = string.ascii_lowercase[random_below(26)]
    return "".join(letters) + (f"@{MAIL_DOMAIN}" if generator.kind == "email" else "")


_OWN_LENGTH: dict[str, Callable[[Callable[[int], int], int], str]] = {
    "uuid": lambda below, _: str(uuid.UUID(int=below(1 << 128), version=4)),
    "port": lambda below, _: str(PORTS[below(len(PORTS))]),
    "timestamp": lambda _, milliseconds: str(milliseconds // 1000),
    "timestamp_ms": lambda _, milliseconds: str(milliseconds),
}
