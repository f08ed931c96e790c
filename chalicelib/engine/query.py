"""The closed grammar of list queries: what is not known is refused by name."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.errors import BadRequest
from chalicelib.engine.resource import Resource

DEFAULT_SIZE = 100
MAX_SIZE = 1000


@dataclass(frozen=True)
class ListQuery:
    """A list request that was understood."""

    size: int
    after: str | None
    before: str | None
    scope: str | None
    filters: dict[str, str]


def parse_list(resource: Resource, words: dict[str, tuple[str, ...]]) -> ListQuery:
    """Read a list's query words. Raises `BadRequest` naming the word and what exists."""
    size, scope = DEFAULT_SIZE, None
    cursors: dict[str, str] = {}
    filters: dict[str, str] = {}
    for word, values in words.items():
        if len(values) != 1:
            raise BadRequest(f"{word} may stand once.", parameter=word)
        value = values[0]
        if word == "page[size]":
            size = _size(value)
        elif word in {"page[after]", "page[before]"}:
            cursors[word] = _given(word, value)
        elif word == "scope" and value == "mine":
            scope = value
        elif name := _filter(resource, word):
            filters[name] = _given(word, value)
        else:
            raise _unknown(resource, word)
    _check_alone(cursors, filters)
    return ListQuery(size, cursors.get("page[after]"), cursors.get("page[before]"), scope, filters)


def _check_alone(cursors: dict[str, str], filters: dict[str, str]) -> None:
    """Refuse what no index answers together. Raises `BadRequest`."""
    if len(cursors) > 1:
        raise BadRequest("Use page[after] or page[before], not both.", parameter="page[before]")
    if len(filters) > 1:
        raise BadRequest("Filter by one attribute at a time.", parameter="filter")


def _filter(resource: Resource, word: str) -> str | None:
    """Give the attribute that a word filters by, if the resource declares it."""
    name = word.removeprefix("filter[").removesuffix("]")
    return name if name in resource.filters and word == f"filter[{name}]" else None


def _given(word: str, value: str) -> str:
    if not value:
        raise BadRequest(f"{word} needs a value.", parameter=word)
    return value


def _size(value: str) -> int:
    digits = value.isascii() and value.isdigit() and len(value) <= len(str(MAX_SIZE))
    if not digits or not 1 <= int(value) <= MAX_SIZE:
        raise BadRequest(f"page[size] is 1 to {MAX_SIZE}.", parameter="page[size]")
    return int(value)


def _unknown(resource: Resource, word: str) -> BadRequest:
    if word in {"page[offset]", "page[number]"}:
        detail = f"{word} does not exist; follow links.next, or use page[after]."
    else:
        filters = [f"filter[{name}]" for name in sorted(resource.filters)]
        known = ", ".join(["page[size]", "page[after]", "page[before]", "scope=mine", *filters])
        detail = f"{word} is not known here. These are: {known}."
    return BadRequest(detail, code="unknown_query", parameter=word)


def refuse_query(words: dict[str, tuple[str, ...]], *allowed: str) -> None:
    """Refuse query words that an operation does not know."""
    for word in words:
        if word not in allowed:
            known = ", ".join(allowed) or "none"
            detail = f"{word} is not known here. These are: {known}."
            raise BadRequest(detail, code="unknown_query", parameter=word)
