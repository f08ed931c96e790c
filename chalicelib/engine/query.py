"""The closed grammar of queries: what is not known is refused by name.

What exists is what a resource declares, so that one grammar serves them all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from chalicelib.domain.errors import BadRequest
from chalicelib.engine.links import CURSORS
from chalicelib.engine.resource import Resource

DEFAULT_SIZE = 100
MAX_SIZE = 1000
_FIELDS = re.compile(r"fields\[([a-z_]+)\]")

Words = Mapping[str, tuple[str, ...]]
"""Query words as sent, each with all its values."""


@dataclass(frozen=True)
class View:
    """How an answer shows records."""

    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For a type, the only attributes and relationships to show; a type without one shows all."""
    include: tuple[str, ...] | None = None
    """Relations whose records come along; None when none were asked for."""


@dataclass(frozen=True)
class ListQuery:
    """A list request that was understood."""

    size: int
    after: str | None
    before: str | None
    scope: str | None
    filters: Mapping[str, str]
    sort: str
    """One of the resource's sorts; the first of them when none was asked for."""
    view: View = field(default_factory=View)


def parse_list(
    resource: Resource, words: Words, related: Mapping[str, Resource] | None = None
) -> ListQuery:
    """Read a list's query words; `related` holds the resources that relations lead to.

    Raises `BadRequest` naming the word and what exists.
    """
    known = list_words(resource, related)
    refuse_query(words, *known)
    said = _said_once(words)
    sort = said.get("sort", resource.sorts[0])
    if sort not in resource.sorts:
        raise _none_of("sort", [sort], resource.sorts)
    if said.get("scope", "mine") != "mine":
        raise BadRequest("scope is mine, or left out.", parameter="scope")
    cursors = {word: _given(word, said[word]) for word in said if word in CURSORS}
    filters = {
        name: _given(word, said[word])
        for name in resource.filters
        if (word := f"filter[{name}]") in said
    }
    _check_alone(resource, cursors, filters)
    return ListQuery(
        size=count("page[size]", said.get("page[size]", str(DEFAULT_SIZE)), most=MAX_SIZE),
        after=cursors.get("page[after]"),
        before=cursors.get("page[before]"),
        scope=said.get("scope"),
        filters=filters,
        sort=sort,
        view=_view(resource, said, related, listed=True),
    )


def parse_view(
    resource: Resource | None, words: Words, related: Mapping[str, Resource] | None = None
) -> View:
    """Read how an answer with one record, if it holds one, shall show it.

    Raises `BadRequest` as `parse_list` does, and for any word that stands twice.
    """
    said = _said_once(words)
    return _view(resource, said, related, listed=False) if resource else View()


def list_words(
    resource: Resource, related: Mapping[str, Resource] | None = None
) -> tuple[str, ...]:
    """Every query word of a resource's list."""
    paging = ("page[size]", "page[after]", "page[before]", "sort", "scope")
    filters = (f"filter[{name}]" for name in sorted(resource.filters))
    return (*paging, *filters, *view_words(resource, related))


def view_words(
    resource: Resource, related: Mapping[str, Resource] | None = None
) -> tuple[str, ...]:
    """Every query word that says how records are shown."""
    types = [resource.name, *sorted(_reached(resource, related) - {resource.name})]
    include = ("include",) if related and resource.relations else ()
    return (*(f"fields[{name}]" for name in types), *include)


def refuse_query(words: Words, *allowed: str) -> None:
    """Refuse query words that an operation does not know."""
    for word in words:
        if word in {"page[offset]", "page[number]"} and CURSORS & set(allowed):
            detail = f"{word} does not exist; follow links.next, or use page[after]."
            raise BadRequest(detail, code="unknown_query", parameter=word)
        if word not in allowed:
            known = ", ".join(allowed) or "none"
            detail = f"{word} is not known here. These are: {known}."
            raise BadRequest(detail, code="unknown_query", parameter=word)


def _said_once(words: Words) -> dict[str, str]:
    for word, values in words.items():
        if len(values) != 1:
            raise BadRequest(f"{word} may stand once.", parameter=word)
    return {word: values[0] for word, values in words.items()}


def _reached(resource: Resource, related: Mapping[str, Resource] | None) -> set[str]:
    """The types that a resource's relations lead to, of those that are known."""
    return {name for name in resource.references.values() if name in (related or {})}


def _view(
    resource: Resource,
    said: Mapping[str, str],
    related: Mapping[str, Resource] | None,
    *,
    listed: bool,
) -> View:
    fields = {}
    for word, value in said.items():
        if match := _FIELDS.fullmatch(word):
            name = match[1]
            shown = resource if name == resource.name else (related or {})[name]
            known = shown.fields - (shown.not_in_lists if listed or shown != resource else set())
            fields[name] = frozenset(_names(word, value, known))
    include = None
    if "include" in said:
        include = tuple(dict.fromkeys(_names("include", said["include"], resource.relations)))
    return View(fields, include)


def _names(word: str, value: str, known: Collection[str]) -> list[str]:
    """Read names with commas between them; nothing at all is no name."""
    names = value.split(",") if value else []
    unknown = [name for name in names if name not in known]
    if unknown:
        raise _none_of(word, unknown, sorted(known))
    return names


def _none_of(word: str, unknown: Iterable[str], known: Iterable[str]) -> BadRequest:
    detail = f"{word} does not know {', '.join(unknown)}. These are: {', '.join(known)}."
    return BadRequest(detail, parameter=word)


def _check_alone(
    resource: Resource, cursors: Mapping[str, str], filters: Mapping[str, str]
) -> None:
    """Refuse what no index answers together. Raises `BadRequest`."""
    if len(cursors) > 1:
        raise BadRequest("Use page[after] or page[before], not both.", parameter="page[before]")
    if len(filters) > 1 and not resource.filters_join:
        raise BadRequest("Filter by one attribute at a time.", parameter="filter")


def _given(word: str, value: str) -> str:
    if not value:
        raise BadRequest(f"{word} needs a value.", parameter=word)
    return value


def count(word: str, value: str, *, most: int) -> int:
    """Read how many are wanted, one at least. Raises `BadRequest` naming the word."""
    digits = value.isascii() and value.isdigit() and len(value) <= len(str(most))
    if not digits or not 1 <= int(value) <= most:
        raise BadRequest(f"{word} is 1 to {most}.", parameter=word)
    return int(value)
