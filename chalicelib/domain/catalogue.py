"""The catalogue of published templates as one compact index: searched, counted and paged.

Everything a search needs is in memory, and nothing a page shows: that is read by id.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

SORTS = (
    *("-created_at", "created_at", "name", "-name"),
    *("price", "-price", "popularity", "-popularity"),
)
"""Orders of the catalogue; a minus is descending, the first is the default."""
_WORD = re.compile(r"\w+")
Place = tuple[str | int, str]
"""Where an entry stands in an order: what it is ordered by, then its id."""


class Entry(NamedTuple):
    """One published template, its name folded. `text` holds a blank and each word, folded."""

    id: str
    name: str
    category: str
    created_at: str
    price: int
    popularity: int
    text: str


def fold(text: str) -> str:
    """Take case and accents away."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def words_of(*texts: str) -> tuple[str, ...]:
    """The folded words of texts, each once."""
    return tuple(dict.fromkeys(word for text in texts for word in _WORD.findall(fold(text))))


def entry_of(template_id: str, attributes: Mapping[str, Any], at: str, popularity: int) -> Entry:
    """Make the entry of a template that was created `at` and runs `popularity` times."""
    name, category = str(attributes.get("name") or ""), str(attributes.get("category") or "")
    told = (name, str(attributes.get("description") or ""), *(attributes.get("tags") or ()))
    text = "".join(f" {word}" for word in words_of(*told, category))
    price = int(attributes.get("price_monthly_cents") or 0)
    return Entry(template_id, fold(name), category, at, price, popularity, text)


@dataclass(frozen=True)
class Facet:
    """How many templates of a search are in one category."""

    name: str
    count: int


@dataclass(frozen=True)
class Found:
    """What a search found, in ascending order, and the categories it would find it in."""

    entries: list[Entry]
    facets: tuple[Facet, ...]


class Catalogue:
    """The published templates."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = {entry.id: entry for entry in entries}

    def find(self, *, search: str = "", category: str | None = None, by: str) -> Found:
        """Find what holds all words of a search, each as a word or its beginning.

        `by` names the order without a minus; a category counts whatever its case and accents.
        """
        words = words_of(search)
        entries = self._ordered[by]
        for word in sorted(words, key=len, reverse=True):
            beginning = f" {word}"
            entries = [entry for entry in entries if beginning in entry.text]
        counts = Counter([entry.category for entry in entries]) if words else self._categories
        if category is not None:
            folded = fold(category)
            spelled = {name for name in counts if fold(name) == folded}
            entries = [entry for entry in entries if entry.category in spelled]
        return Found(entries, _facets(counts))

    @cached_property
    def _categories(self) -> Counter[str]:
        return Counter(entry.category for entry in self.entries.values())

    @cached_property
    def _ordered(self) -> Mapping[str, list[Entry]]:
        return _Orders(self.entries.values())

    def dump(self) -> bytes:
        """Write the index as text, the same for the same entries."""
        rows = [self.entries[entry_id] for entry_id in sorted(self.entries)]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def load(cls, dumped: bytes) -> Catalogue:
        """Read an index back."""
        return cls(map(Entry._make, json.loads(dumped)))


class _Orders(dict[str, list[Entry]]):
    """Ascending orders of entries, each made when it is first asked for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        super().__init__()
        self.all = sorted(entries, key=attrgetter("id"))

    def __missing__(self, by: str) -> list[Entry]:
        # Sorting is stable, so that those that are equal stay in the order of their ids.
        self[by] = sorted(self.all, key=attrgetter(by))
        return self[by]


def place_of(entry: Entry, by: str) -> Place:
    """Where an entry stands in an order."""
    return getattr(entry, by), entry.id


def _facets(counts: Counter[str]) -> tuple[Facet, ...]:
    """Add up categories that differ in case or accents alone; the largest come first."""
    spelled: dict[str, Counter[str]] = {}
    for category, count in counts.items():
        if category:
            spelled.setdefault(fold(category), Counter())[category] += count
    facets = [
        Facet(max(sorted(names), key=names.__getitem__), names.total())
        for names in spelled.values()
    ]
    return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.name)))


@dataclass(frozen=True)
class Span:
    """The part of an order that a page is taken from."""

    candidates: list[Entry]
    """What may stand on the page, nearest to the cursor first."""
    behind: bool
    """Whether anything stands on the cursor's other side."""


def span_of(entries: list[Entry], sort: str, *, after: Place | None, before: Place | None) -> Span:
    """Cut what follows a place in an order, or what comes before it, out of ascending entries."""
    by = sort.removeprefix("-")
    start, end = 0, len(entries)
    place = after or before
    if place is not None:
        low = bisect_left(entries, place, key=lambda entry: place_of(entry, by))
        high = bisect_right(entries, place, key=lambda entry: place_of(entry, by))
        rising = (after is not None) != sort.startswith("-")
        start, end = (high, end) if rising else (0, low)
    chosen = entries[start:end]
    if sort.startswith("-") != (before is not None):
        chosen.reverse()
    return Span(chosen, behind=len(chosen) < len(entries))


def chunks(entries: list[Entry], size: int) -> Iterator[list[Entry]]:
    """Cut entries into pieces of a size."""
    for start in range(0, len(entries), size):
        yield entries[start : start + size]
