"""Versions of records as entity tags: `If-Match` and `If-None-Match` (RFC 9110, 13.1)."""

from __future__ import annotations

import re

from chalicelib.domain.errors import PreconditionFailed
from chalicelib.ports.records import Record
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


def check_match(request: Request, record: Record) -> None:
    """Raise `PreconditionFailed` unless `If-Match`, if sent, names this version.

    A weak tag names none: it promises too little to write on.
    """
    if is_demanded(request) and tag_of(record) not in _tags(request, "if-match"):
        raise PreconditionFailed(f"The current version is {tag_of(record)}.")


def is_known(request: Request, record: Record) -> bool:
    """Whether the caller has this version already (`If-None-Match`)."""
    known = {tag.removeprefix("W/") for tag in _tags(request, "if-none-match")}
    return bool(known & {"*", tag_of(record)})
