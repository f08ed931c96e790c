"""What uses a record: counted where it begins and ends, so that nothing used can be deleted.

The counters are written in the transactions that make and bury the users, and a delete demands
that they stand at zero in its own: of a create and a delete at the same moment, one is refused.
"""

from __future__ import annotations

from chalicelib.domain.errors import Conflict
from chalicelib.ports.records import Check, Count, Forget, Record, Selection, Write
from chalicelib.services.counters import use_key, use_keys
from chalicelib.services.tools import Tools

NAMED = 10
"""How many users a refusal names."""


def begun(used: Record, user: str, check: Check | None = None) -> tuple[Write, ...]:
    """Begin to use a record, on condition that it is still there, or of what `check` demands."""
    return check or Check(used), Count(use_key(used.id, user), 1)


def ended(used: str, user: str) -> Count:
    """End the use of a record."""
    return Count(use_key(used, user), -1)


def none_left(used: str) -> tuple[Forget, ...]:
    """Demand that nothing uses a record any more. `commit` raises `Taken` otherwise."""
    return tuple(Forget(key) for key in use_keys(used))


def refuse_used(
    tools: Tools, used: str, by: Selection, *, reader: str, what: str, then: str
) -> None:
    """Raise `Conflict` with code `in_use` when something uses a record.

    It names the first ten and how many more there are: one's own by their names, others' by
    their ids. `by` finds the users, `what` names the record, `then` says what to do.
    """
    found = tools.records().select(by, limit=NAMED, after=None, before=None).records
    counted = int(sum(tools.records().counters(use_keys(used)).values()))
    total = max(counted, len(found))
    if total <= 0:
        return
    names = [(user.owner == reader and user.attributes.get("name")) or user.id for user in found]
    more = total - len(names)
    listed = ", ".join(names) or "something that was made just now"
    rest = f" and {more} more" if names and more else ""
    raise Conflict(f"{what} is in use by {listed}{rest}. {then}", code="in_use")
