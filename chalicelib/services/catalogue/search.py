"""Search in the catalogue: found in the index, shown as the store has it at this moment."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from chalicelib.domain.catalogue import (
    Catalogue,
    Entry,
    Facet,
    Place,
    Span,
    chunks,
    place_of,
    span_of,
)
from chalicelib.domain.errors import BadRequest
from chalicelib.engine.query import ListQuery
from chalicelib.engine.visibility import can_see
from chalicelib.ports.records import Page, Record
from chalicelib.resources.templates import TEMPLATES
from chalicelib.services.catalogue import catalogue
from chalicelib.services.tools import Tools

MAX_SEARCH = 200
"""Characters of a search."""
MAX_CURSOR = 2000


@dataclass(frozen=True)
class Results:
    """One page of a search, how many it found, and in which categories."""

    page: Page
    total: int
    facets: tuple[Facet, ...]


def search(tools: Tools, query: ListQuery) -> Results:
    """Search by words, category and order. Raises `BadRequest` naming a word that is wrong."""
    words = query.filters.get("search", "")
    if len(words) > MAX_SEARCH:
        detail = f"A search has at most {MAX_SEARCH} characters."
        raise BadRequest(detail, parameter="filter[search]")
    after = _place(query.after, query.sort, "page[after]")
    before = _place(query.before, query.sort, "page[before]")
    index: Catalogue = catalogue.read(tools)
    by = query.sort.removeprefix("-")
    found = index.find(search=words, category=query.filters.get("category"), by=by)
    span = span_of(found.entries, query.sort, after=after, before=before)
    shown, gone, more = _shown(tools, span, query.size)
    if before is not None:
        shown.reverse()
    page = _page(shown, query, behind=span.behind, more=more)
    return Results(page, len(found.entries) - gone, found.facets)


def related(tools: Tools, query: ListQuery) -> Results:
    """Find what is most like one published template, best first, on one page.

    What is not in the catalogue has nothing related to it. Raises `BadRequest` for any word beside
    it but the page's size.
    """
    if len(query.filters) > 1 or query.after or query.before:
        detail = "filter[related] goes with page[size] alone."
        raise BadRequest(detail, parameter="filter[related]")
    entries = catalogue.read(tools).related(query.filters["related"], query.size)
    shown, _, _ = _shown(tools, Span(entries, behind=False), query.size)
    records = tuple(record for _, record in shown)
    return Results(Page(records, None, None), len(records), ())


def _shown(tools: Tools, span: Span, size: int) -> tuple[list[tuple[Entry, Record]], int, bool]:
    """Read what a page shows; what is not public any more makes room for what follows."""
    shown: list[tuple[Entry, Record]] = []
    looked = 0
    for chunk in chunks(span.candidates, size):
        records = tools.records().get_many(tuple(entry.id for entry in chunk))
        for entry in chunk:
            if len(shown) == size:
                break
            looked += 1
            record = records.get(entry.id)
            if record is not None and can_see(TEMPLATES, record, None):
                shown.append((entry, record))
        if len(shown) == size:
            break
    return shown, looked - len(shown), looked < len(span.candidates)


def _page(shown: list[tuple[Entry, Record]], query: ListQuery, *, behind: bool, more: bool) -> Page:
    if not shown:
        return Page((), None, None)
    following, leading = (behind, more) if query.before is not None else (more, behind)
    return Page(
        tuple(record for _, record in shown),
        after=_cursor(shown[-1][0], query.sort) if following else None,
        before=_cursor(shown[0][0], query.sort) if leading else None,
    )


def _cursor(entry: Entry, sort: str) -> str:
    text = json.dumps([sort, *place_of(entry, sort.removeprefix("-"))])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str | None, sort: str, parameter: str) -> Place | None:
    """Read a cursor back. Raises `BadRequest` for one that is not of this order."""
    if cursor is None:
        return None
    kind = int if sort.removeprefix("-") in {"price", "popularity"} else str
    try:
        padded = cursor[:MAX_CURSOR] + "=" * (-len(cursor) % 4)
        order, value, entry_id = json.loads(base64.urlsafe_b64decode(padded))
        if order == sort and type(value) is kind and type(entry_id) is str:
            return value, entry_id
    except (ValueError, TypeError, RecursionError, binascii.Error):
        pass
    detail = "This cursor is not one of this order; take it from links.next or links.prev."
    raise BadRequest(detail, parameter=parameter)
