"""Coolify's variables that make themselves: what a name such as SERVICE_HEX_64_APP means."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from chalicelib.domain.variables import Definition, Generator

EXPIRY = 4_102_444_800
"""When tokens end, in seconds since 1970: with the year 2099."""
JWT_SECRET = "SERVICE_PASSWORD_JWT"  # noqa: S105 - the name of a variable
_ADDRESSES = ("FQDN", "URL")
_GENERATORS = {
    "USER": Generator("username", 16),
    "LOWERCASEUSER": Generator("username", 16),
    "PASSWORD": Generator("password", 32),
    "PASSWORD_64": Generator("password", 64),
    "PASSWORDWITHSYMBOLS": Generator("symbols", 32),
    "PASSWORDWITHSYMBOLS_64": Generator("symbols", 64),
    "BASE64": Generator("password", 32),
    "BASE64_32": Generator("password", 32),
    "BASE64_64": Generator("password", 64),
    "BASE64_128": Generator("password", 128),
    "REALBASE64": Generator("base64_bytes", 32),
    "REALBASE64_32": Generator("base64_bytes", 32),
    "REALBASE64_64": Generator("base64_bytes", 64),
    "REALBASE64_128": Generator("base64_bytes", 128),
    "HEX": Generator("hex", 32),
    "HEX_32": Generator("hex", 32),
    "HEX_64": Generator("hex", 64),
    "HEX_128": Generator("hex", 128),
}
_ROLES = {"SUPABASEANON": "anon", "SUPABASESERVICE": "service_role"}
_TYPES = sorted((*_ADDRESSES, "NAME", *_GENERATORS, *_ROLES), key=lambda name: (-len(name), name))
_PORT = re.compile(r"(?P<id>.+)_(?P<port>[0-9]{1,5})\Z", re.ASCII)
MAGIC = re.compile(rf"SERVICE_(?:{'|'.join(_TYPES)})_[A-Za-z0-9_]+", re.ASCII)


@dataclass(frozen=True)
class Magic:
    """What a name says: its type, whose it is, and the port of an address that names one."""

    type: str
    id: str
    port: int | None = None

    @property
    def is_address(self) -> bool:
        """Whether it stands for the app's own host name or address."""
        return self.type in _ADDRESSES


def magic_of(name: str) -> Magic | None:
    """Read a name; the longest type that fits is meant. None for an ordinary variable."""
    if not name.startswith("SERVICE_"):
        return None
    rest = name.removeprefix("SERVICE_")
    kind = next((one for one in _TYPES if rest.startswith(f"{one}_") and rest != f"{one}_"), None)
    if kind is None:
        return None
    owner = rest.removeprefix(f"{kind}_")
    found = _PORT.match(owner) if kind in _ADDRESSES else None
    if found is not None and 1 <= int(found["port"]) <= 65_535:
        return Magic(kind, found["id"], int(found["port"]))
    return Magic(kind, owner)


def definition_of(name: str, magic: Magic) -> Definition:
    """Define the variable that makes itself."""
    label = magic.id.replace("_", " ").strip().capitalize()
    if magic.type in _ROLES:
        claims = {"iss": "supabase", "role": _ROLES[magic.type], "exp": EXPIRY}
        token = Generator("jwt", secret=JWT_SECRET, claims=json.dumps(claims))
        return Definition(name, type="secret", label=f"Token for {label}", generator=token)
    generator = _GENERATORS[magic.type]
    if generator.kind == "username":
        return Definition(name, label=f"User for {label}", generator=generator)
    return Definition(name, type="secret", label=f"Secret for {label}", generator=generator)
