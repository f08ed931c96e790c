"""Values that a deployment's variables get when nobody gives one."""

from __future__ import annotations

import secrets
import time

from chalicelib.domain.generators import generated
from chalicelib.domain.variables import Definition, Generator


def generate(definition: Definition) -> str:
    """Make a value as the template's variable says, by default a password."""
    generator = definition.generator or Generator()
    return generated(generator, secrets.randbelow, milliseconds=time.time_ns() // 1_000_000)
