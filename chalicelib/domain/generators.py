"""Values made for variables that nobody gave, from random bytes that the caller brings."""

from __future__ import annotations

import string
import uuid
from collections.abc import Callable

from chalicelib.domain.variables import Generator

_LETTERS = string.ascii_letters + string.digits
_NAMES = string.ascii_lowercase + string.digits
_BASE64 = _LETTERS + "+/"
_HEX = string.digits + "abcdef"
ALPHABETS = {"base64": _BASE64, "hex": _HEX, "password": _LETTERS, "username": _NAMES}


def generated(generator: Generator, random_below: Callable[[int], int]) -> str:
    """Make a value of the generator's kind and length; a UUID has its own length.

    `random_below(n)` gives an unpredictable whole number from 0 to n - 1. Passwords hold letters
    and digits alone, so that they survive shells, URLs and configuration files; user names begin
    with a letter.
    """
    if generator.kind == "uuid":
        return str(uuid.UUID(int=random_below(1 << 128), version=4))
    alphabet = ALPHABETS[generator.kind]
    made = [alphabet[random_below(len(alphabet))] for _ in range(generator.length)]
    if generator.kind == "username":
        made[0] = string.ascii_lowercase[random_below(26)]
    return "".join(made)
