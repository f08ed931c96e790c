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
from math import log
from operator import attrgetter
from typing import Any, NamedTuple

from chalicelib.domain.nearly import meant

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

        A word that nothing in the catalogue holds may have been typed with one mistake. `by` names
        the order without a minus; a category counts whatever its case and accents.
        """
        words = words_of(search)
        entries = self._ordered[by]
        for word in sorted(words, key=len, reverse=True):
            entries = self._holding(word, entries)
        counts = Counter([entry.category for entry in entries]) if words else self._categories
        if category is not None:
            folded = fold(category)
            spelled = {name for name in counts if fold(name) == folded}
            entries = [entry for entry in entries if entry.category in spelled]
        return Found(entries, _facets(counts))

    def related(self, entry_id: str, most: int) -> list[Entry]:
        """Find what is most like one entry, best first; what is more popular first among equals.

        Each word that two share counts for the more, the fewer entries hold it; the category once
        more.
        """
        entry = self.entries.get(entry_id)
        if entry is None:
            return []
        weights = {word: self._weight(word) for word in entry.text.split()}
        near = [
            (score, other)
            for other in self.entries.values()
            if other.id != entry_id and (score := _likeness(entry, weights, other)) > 0
        ]
        near.sort(key=lambda found: (-found[0], -found[1].popularity, found[1].id))
        return [other for _, other in near[:most]]

    def _weight(self, word: str) -> float:
        """What it says of two entries that both hold a word: nothing where all do."""
        return log(len(self.entries) / self._vocabulary[word])

    def _holding(self, word: str, entries: list[Entry]) -> list[Entry]:
        """The entries that hold a word; or, where none at all does, what may have been meant."""
        beginning = f" {word}"
        found = [entry for entry in entries if beginning in entry.text]
        if found or any(beginning in entry.text for entry in self.entries.values()):
            return found
        likely = [f" {known}" for known in meant(word, self._vocabulary)]
        return [entry for entry in entries if any(known in entry.text for known in likely)]

    @cached_property
    def _vocabulary(self) -> Counter[str]:
        """Every word of the catalogue, with how many entries hold it."""
        return Counter(word for entry in self.entries.values() for word in entry.text.split())

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


def _likeness(entry: Entry, weights: Mapping[str, float], other: Entry) -> float:
    """How much another entry is like one whose words have these weights."""
    held = set(other.text.split())
    score = sum(weight for word, weight in weights.items() if word in held)
    is_same = entry.category and fold(entry.category) == fold(other.category)
    return score + (1.0 if is_same else 0.0)


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
