"""What an account has of one type, walked through in pages."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.engine.resource import Resource
from chalicelib.ports.records import Record, Selection
from chalicelib.services.tools import Tools

PAGE = 100
AT_ONCE = 1000
"""How many are walked through unless more are asked for: what is left is there the next time."""


def living(tools: Tools, account: str, kind: str, *, most: int = AT_ONCE) -> Iterator[Record]:
    """The records of one type that an account has now, newest first; about `most` of them."""
    return _walk(tools, Selection(kind, owner=account), most)


def buried(tools: Tools, account: str, resource: Resource) -> Iterator[Record]:
    """All tombstones of one resource that an account has."""
    if resource.states.final is None:
        return iter(())
    final = Selection(resource.name, owner=account, status=resource.states.final)
    return _walk(tools, final, None)


def _walk(tools: Tools, selection: Selection, most: int | None) -> Iterator[Record]:
    after, count = None, 0
    while most is None or count < most:
        page = tools.records().select(selection, limit=PAGE, after=after, before=None)
        yield from page.records
        after, count = page.after, count + len(page.records)
        if after is None:
            return
