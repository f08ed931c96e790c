"""A search in the catalogue at three sizes: the handler's own time, apart from the store's."""

from __future__ import annotations

import gzip
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from chalicelib.domain.catalogue import Catalogue, entry_of
from chalicelib.engine import documents
from chalicelib.engine.query import parse_list
from chalicelib.ports.records import Record
from chalicelib.resources.templates import TEMPLATES
from chalicelib.services.catalogue import catalogue
from chalicelib.services.catalogue.search import search
from chalicelib.services.tools import Tools
from infra.bench.rows import Row, median
from infra.bench.run import Run

SIZES = (10, 1_000, 20_000)
CALLS = 20
"""Searches of a kind in one round."""
WORDS = 5_000
"""How many words there are to describe templates with."""
DESCRIBED = 40
"""Words of a description."""
SEED = 7
QUERIES: dict[str, dict[str, str]] = {
    "newest": {},
    "one word": {"filter[search]": "wa"},
    "one word with a mistake": {"filter[search]": "wordprss"},
    "three words": {"filter[search]": "wa wb wc"},
    "word and category, by popularity": {
        "filter[search]": "wa",
        "filter[category]": "web",
        "sort": "-popularity",
    },
    "by name": {"sort": "name"},
}


@dataclass(frozen=True)
class Shelf:
    """A store in memory with one index and the records that it leads to."""

    known: Mapping[str, Record]
    address: str
    content: bytes

    def records(self) -> Shelf:
        """The store."""
        return self

    def contents(self, _folder: str) -> Shelf:
        """The contents."""
        return self

    def get(self, wanted: str) -> Any:
        """The pointer, or the content it points to."""
        if wanted == self.address:
            return self.content
        return Record(wanted, "indexes", "hoster", "present", "", "", attributes=self.pointer)

    @property
    def pointer(self) -> dict[str, Any]:
        """What the pointer holds."""
        return {"address": self.address}

    def get_many(self, wanted: tuple[str, ...]) -> dict[str, Record]:
        """Records by their ids."""
        return {record_id: self.known[record_id] for record_id in wanted}


def measure(run: Run) -> Iterator[Row]:
    """Measure each size: the object, its reading, and searches of several kinds."""
    for size in SIZES:
        shelf = _shelf(size)
        case = f"{size:,} templates"
        yield Row("catalogue", case, "object", "kB", round(len(shelf.content) / 1000, 1), 1)
        took: dict[str, list[float]] = {"first search after a change": []}
        for _ in run.rounds(case):
            catalogue.forget()
            took["first search after a change"].append(_timed(shelf, {}))
            for name, words in QUERIES.items():
                each = [_timed(shelf, words) for _ in range(CALLS)]
                took.setdefault(name, []).append(median(each))
        for name, values in took.items():
            yield Row("catalogue", case, name, "ms", median(values), len(values))


def _shelf(size: int) -> Shelf:
    chance = random.Random(SEED)  # noqa: S311 - no secret
    letters = "abcdefghij"
    words = ["w" + "".join(chance.choices(letters, k=chance.randint(2, 8))) for _ in range(WORDS)]
    known = {}
    for number in range(size):
        attributes = {
            "name": " ".join(chance.choices(words, k=2)),
            "description": " ".join(chance.choices(words, k=DESCRIBED)),
            "tags": chance.choices(words, k=3),
            "category": chance.choice(["web", "database", "development", "monitoring", "media"]),
            "price_monthly_cents": chance.randrange(0, 5000, 100),
        }
        record_id, at = f"tmpl_{number:016x}", f"2026-01-01T{number:09d}"
        known[record_id] = Record(
            record_id, "templates", "x", "published", at, at, attributes=attributes, public=True
        )
    entries = [
        entry_of(record.id, record.attributes, record.created_at, chance.randrange(50))
        for record in known.values()
    ]
    content = gzip.compress(Catalogue(entries).dump(), mtime=0)
    return Shelf(known, sha256(content).hexdigest(), content)


def _handled(shelf: Shelf, words: Mapping[str, str]) -> None:
    """Do what the operation does between its request and its answer."""
    query = parse_list(TEMPLATES, {word: (value,) for word, value in words.items()})
    found = search(cast("Tools", shelf), query)
    documents.collection(
        TEMPLATES,
        found.page,
        reader=None,
        limit=query.size,
        total=found.total,
        query=dict(words),
        view=query.view,
    )


def _timed(shelf: Shelf, words: Mapping[str, str]) -> float:
    """The processor's milliseconds of one search."""
    began = time.process_time()
    _handled(shelf, words)
    return 1000 * (time.process_time() - began)
