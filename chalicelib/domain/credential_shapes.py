"""What the credentials of each provider look like, and what is wrong with those that do not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.errors import Fault, Invalid

POINTER = "/data/attributes/credentials"


@dataclass(frozen=True)
class Member:
    """One member of a provider's credentials: how it is written, said to a person."""

    pattern: re.Pattern[str]
    looks: str


# What is not ASCII cannot travel in a header, and a space is a slip of who copied it.
TOKEN = Member(
    re.compile(r"[!-~]{1,512}"), "an API token, without spaces, of at most 512 characters"
)
SHAPES: Mapping[str, Mapping[str, Member]] = {
    "aws": {
        "access_key_id": Member(
            re.compile(r"(?!ASIA)[A-Z0-9]{16,128}"),
            "the id of a lasting access key, like AKIAIOSFODNN7EXAMPLE: capital letters and digits "
            "(an ASIA key is temporary and would stop working)",
        ),
        "secret_access_key": Member(
            re.compile(r"[A-Za-z0-9/+=]{16,128}"),
            "the access key's secret, 40 letters, digits, '/' and '+'",
        ),
    },
    "digitalocean": {"api_token": TOKEN},
    "hetzner": {"api_token": TOKEN},
}
"""Provider → the members that its credentials have."""


def read(provider: str, given: Mapping[str, Any] | str) -> dict[str, str]:
    """Read a provider's credentials, an object or its JSON text.

    Raises `Invalid` with everything that is wrong, and repeats nothing of what was given.
    """
    wanted = SHAPES[provider]
    detail = f"credentials for {provider} hold {' and '.join(wanted)}, each as text."
    secret: Any = given
    if isinstance(given, str):
        try:
            secret = json.loads(given)
        except (ValueError, RecursionError) as error:
            raise Invalid((Fault(POINTER, detail),)) from error
    if not isinstance(secret, dict) or set(secret) != set(wanted):
        raise Invalid((Fault(POINTER, detail),))
    faults = tuple(
        Fault(POINTER, f"{name} is {member.looks}.")
        for name, member in wanted.items()
        if not (isinstance(secret[name], str) and member.pattern.fullmatch(secret[name]))
    )
    if faults:
        raise Invalid(faults)
    return secret
