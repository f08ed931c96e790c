"""Values that a deployment's variables get when nobody gives one."""

from __future__ import annotations

import secrets

from chalicelib.domain.generators import generated
from chalicelib.domain.variables import Definition, Generator


def generate(definition: Definition) -> str:
    """Make a value as the template's variable says, by default a password."""
    return generated(definition.generator or Generator(), secrets.randbelow)
