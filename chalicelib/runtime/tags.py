"""Versions of records as entity tags: `If-Match` and `If-None-Match` (RFC 9110, 13.1)."""

from __future__ import annotations

import re
from dataclasses import replace

from chalicelib.domain.errors import PreconditionFailed, ProductError, Stale
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from chalicelib.runtime.http import Request

_TAG = re.compile(r'\*|(?:W/)?"[^"]*"')


def tag_of(record: Record) -> str:
    """The tag of a record as it is."""
    return f'"{record.version}"'


def _tags(request: Request, header: str) -> list[str]:
    """Every tag that a header names, however many lines it has."""
    return _TAG.findall(",".join(request.headers.get(header, ())))


def is_demanded(request: Request) -> bool:
    """Whether the caller names the versions for which alone the request is meant."""
    return any(request.headers.get("if-match", ())) and "*" not in _tags(request, "if-match")


def matched(request: Request, record: Record) -> Record:
    """Pin a record to its version if `If-Match` names it, so that no change goes past that.

    Raises `PreconditionFailed` when it names others. A weak tag names none: it promises too
    little to write on.
    """
    if not is_demanded(request):
        return record
    if tag_of(record) not in _tags(request, "if-match"):
        raise PreconditionFailed(f"The current version is {tag_of(record)}.")
    return replace(record, pinned=True)


def refuse_moved(record: Record | None, error: ProductError) -> None:
    """Raise `PreconditionFailed` if an operation failed because a pinned record moved on."""
    stale = isinstance(error, Stale) or isinstance(error.__cause__, Stale)
    if record is None or not record.pinned or not stale:
        return
    fresh = wiring.records().get(record.id)
    if fresh is None or fresh.version != record.version:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error


def is_known(request: Request, record: Record) -> bool:
    """Whether the caller has this version already (`If-None-Match`)."""
    known = {tag.removeprefix("W/") for tag in _tags(request, "if-none-match")}
    return bool(known & {"*", tag_of(record)})
