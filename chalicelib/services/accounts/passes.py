"""What the keys of API tokens open: one reservation for each key, read by whoever lets in."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.ports.records import Record, Release, Reserve
from chalicelib.services.counters import pass_key
from chalicelib.services.tools import Tools


@dataclass(frozen=True)
class Pass:
    """What one key opens."""

    token: str
    """The id of the token that it is the key of."""
    owner: str
    scope: str
    expires_at: str
    """RFC 3339 UTC."""


def pass_of(tools: Tools, key: str) -> Pass | None:
    """Read what a key opens; None for a key that is no living token's."""
    found = tools.records().reservation(pass_key(key))
    if found is None:
        return None
    return Pass(found["holder"], found["owner"], found["scope"], found["expires_at"])


def opened(token: Record, key: str) -> Reserve:
    """Have a key open what its token may do."""
    kept = {name: token.attributes[name] for name in ("scope", "expires_at")}
    return Reserve(pass_key(key), token.id, {"owner": token.owner, **kept})


def shut(token: Record) -> tuple[Release, ...]:
    """Have a token's key open nothing more."""
    key = token.attributes.get("key_id")
    return (Release(pass_key(key), token.id),) if key else ()
