"""Requests that come by an API token: let in as far as its scope goes.

The gateway knows whose key it is, and lets it do everything; what it may do is decided here.
"""

from __future__ import annotations

import time
from typing import Any

from chalicelib.domain.errors import Forbidden, Unauthenticated
from chalicelib.domain.scopes import allows
from chalicelib.runtime import wiring
from chalicelib.runtime.caller import Caller
from chalicelib.runtime.declaration import Operation
from chalicelib.services.accounts.passes import Pass, pass_of

KEPT_SECONDS = 5.0
"""How long a process believes what it read of a key: so long may a revoked one go on."""
NOTED_SECONDS = 60.0
"""How long a process does not note the same key's use again."""
MOST_KEPT = 1000
MAKE_ONE = "Make another one in the web app, under Settings, Tokens."

_read: dict[str, tuple[float, Pass]] = {}
_noted: dict[str, float] = {}


def check(entry: Operation, caller: Caller) -> None:
    """Refuse a key that is no living token's, or one that may not do this; note its use.

    Raises `Unauthenticated` with code `token_unknown` or `token_expired`, and `Forbidden` with
    code `scope_missing` or `session_required`. Who signed in passes.
    """
    if caller.key is None or not entry.takes_tokens:
        return
    found = _pass(caller.key)
    if found is None or found.owner != caller.user:
        detail = f"This key is not one of your API tokens, or not any more. {MAKE_ONE}"
        raise Unauthenticated(detail, code="token_unknown")
    if found.expires_at <= wiring.now():
        detail = f"This token was good until {found.expires_at}. {MAKE_ONE}"
        raise Unauthenticated(detail, code="token_expired")
    needed = entry.needed_scope
    if needed == "session":
        detail = "No token may do this. Sign in in the web app, and do it there."
        raise Forbidden(detail, code="session_required")
    if not allows(found.scope, needed):
        detail = f"This token has the scope “{found.scope}”, and this needs “{needed}”. {MAKE_ONE}"
        meta = {"scope": found.scope, "needed": needed}
        raise Forbidden(detail, code="scope_missing", meta=meta)
    _note(found.token)


def forget() -> None:
    """Forget what this process knows of keys."""
    _read.clear()
    _noted.clear()


def _pass(key: str) -> Pass | None:
    """What a key opens, as it was a few seconds ago at most; unknown ones are asked for anew."""
    now = time.monotonic()
    at, known = _read.get(key, (0.0, None))
    if known is not None and now - at < KEPT_SECONDS:
        return known
    found = pass_of(wiring, key)
    _read.pop(key, None)
    if found is not None:
        _room(_read)
        _read[key] = (now, found)
    return found


def _note(token: str) -> None:
    now = time.monotonic()
    if token in _noted and now - _noted[token] < NOTED_SECONDS:
        return
    _noted.pop(token, None)
    _room(_noted)
    _noted[token] = now
    wiring.last_uses().note(token)


def _room(kept: dict[str, Any]) -> None:
    """Make room for one more: the oldest goes."""
    if len(kept) >= MOST_KEPT:
        del kept[next(iter(kept))]
