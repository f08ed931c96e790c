"""What an API token may do: each scope holds those before it."""

from __future__ import annotations

from typing import Literal

Scope = Literal["read", "deploy", "manage"]
Needed = Literal["read", "deploy", "manage", "session"]
"""What an operation needs; `session` is for who signed in alone, whatever a token may do."""
ORDER: tuple[Needed, ...] = ("read", "deploy", "manage", "session")


def allows(scope: str, needed: Needed) -> bool:
    """Tell whether a token of a scope may do what needs another one; an unknown scope may nothing.

    No scope reaches `session`.
    """
    return scope in ORDER[:-1] and ORDER.index(scope) >= ORDER.index(needed)


def usual(method: str) -> Needed:
    """What an operation needs that says nothing itself: reading is GET, all else is managing."""
    return "read" if method == "GET" else "manage"
