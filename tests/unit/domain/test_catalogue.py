"""The catalogue in memory: searched, counted and paged as a plain reading of it would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.catalogue import (
    SORTS,
    Catalogue,
    Entry,
    entry_of,
    fold,
    place_of,
    span_of,
    words_of,
)
from chalicelib.domain.nearly import meant

TEXTS = st.text(alphabet="aAbäÄ éß1-_ ", max_size=8)
TEMPLATES = st.fixed_dictionaries(
    {
        "name": TEXTS,
        "description": TEXTS,
        "tags": st.lists(TEXTS, max_size=2),
        "category": st.sampled_from(["", "web", "Web", "db", "d\u00e9v"]),
        "price_monthly_cents": st.integers(0, 3),
    }
)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    return [
        entry_of(
            f"tmpl_{n}", template, f"2026-01-0{draw(st.integers(1, 3))}", draw(st.integers(0, 2))
        )
        for n, template in enumerate(draw(st.lists(TEMPLATES, max_size=12)))
    ]


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Caf\u00e9", "cafe"), ("STRASSE", "strasse"), ("stra\u00dfe", "strasse"), ("\ufb01n", "fin")],
)
def test_case_and_accents_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_words_come_once_and_without_signs() -> None:
    assert words_of("Hello, hello-world!", "WORLD") == ("hello", "world")


@given(entries(), TEXTS, st.sampled_from([None, "web", "DB", "dev", "none"]))
def test_search_finds_what_a_plain_reading_finds(
    known: list[Entry], search: str, category: str | None
) -> None:
    found = Catalogue(known).find(search=search, category=category, by="created_at")

    everything = {word for entry in known for word in entry.text.split()}

    def wanted_for(typed: str) -> tuple[str, ...]:
        exact = any(word.startswith(typed) for word in everything)
        return (typed,) if exact else meant(typed, everything)

    def holds(entry: Entry) -> bool:
        words = entry.text.split()
        return all(
            any(word.startswith(wanted_for(typed)) for word in words) for typed in words_of(search)
        )

    matching = [entry for entry in known if holds(entry)]
    wanted = [e for e in matching if category is None or fold(e.category) == fold(category)]
    assert sorted(found.entries) == sorted(wanted)
    assert sum(facet.count for facet in found.facets) == sum(bool(e.category) for e in matching)
    assert len({fold(facet.name) for facet in found.facets}) == len(found.facets)
    assert [facet.count for facet in found.facets] == sorted(
        (facet.count for facet in found.facets), reverse=True
    )


@given(entries(), st.sampled_from(SORTS), st.integers(1, 5))
def test_pages_forwards_and_backwards_are_the_whole_order(
    known: list[Entry], sort: str, size: int
) -> None:
    by = sort.removeprefix("-")
    ascending = Catalogue(known).find(by=by).entries
    whole = ascending[::-1] if sort.startswith("-") else ascending
    assert whole == sorted(known, key=lambda e: place_of(e, by), reverse=sort.startswith("-"))

    forwards: list[Entry] = []
    after = None
    while span := span_of(ascending, sort, after=after, before=None).candidates[:size]:
        forwards += span
        after = place_of(span[-1], by)
    backwards: list[Entry] = []
    before = None
    if whole:
        before = place_of(whole[-1], by)
        while span := span_of(ascending, sort, after=None, before=before).candidates[:size]:
            backwards += span
            before = place_of(span[-1], by)

    assert forwards == whole
    assert backwards == whole[:-1][::-1]


@given(entries(), entries(), st.sampled_from(SORTS), st.integers(0, 12))
def test_place_stays_right_while_entries_come_and_go(
    known: list[Entry], others: list[Entry], sort: str, place: int
) -> None:
    """What follows a cursor follows it in every later index as well."""
    by = sort.removeprefix("-")
    now = Catalogue(known).find(by=by).entries
    later = Catalogue([e._replace(id=f"other_{e.id}") for e in others]).find(by=by).entries
    if place >= len(now):
        return
    cursor = place_of(now[place], by)

    following = span_of(later, sort, after=cursor, before=None).candidates
    leading = span_of(later, sort, after=None, before=cursor).candidates

    assert sorted([*following, *leading]) == sorted(later)
    descending = sort.startswith("-")
    assert all((place_of(entry, by) > cursor) != descending for entry in following)
    assert all((place_of(entry, by) < cursor) != descending for entry in leading)


@given(entries())
def test_index_is_read_back_as_it_was_written(known: list[Entry]) -> None:
    dumped = Catalogue(known).dump()

    assert Catalogue.load(dumped).entries == Catalogue(known).entries
    assert Catalogue(reversed(known)).dump() == dumped


def described(number: int, text: str, category: str = "", popularity: int = 0) -> Entry:
    attributes = {"name": text, "category": category}
    return entry_of(f"tmpl_{number}", attributes, "2026-01-01", popularity)


def test_one_mistake_is_forgiven_in_a_word_that_nothing_holds() -> None:
    known = Catalogue([described(1, "Ghost blog"), described(2, "Word count")])

    def found(search: str) -> list[str]:
        return [entry.id for entry in known.find(search=search, by="created_at").entries]

    assert found("gohst") == found("ghots blog") == ["tmpl_1"]
    assert found("wrod") == ["tmpl_2"]
    assert found("ghost word") == found("gohst word") == []


def test_what_shares_rarer_words_is_related_and_the_popular_comes_first_among_equals() -> None:
    known = Catalogue(
        [
            described(1, "wiki notes app", "docs"),
            described(2, "shop app", "sales"),
            described(3, "notes app", "docs"),
            described(4, "wiki app", "web", popularity=1),
            described(5, "wiki app", "web", popularity=2),
            described(6, "app", "other"),
        ]
    )

    found = [entry.id for entry in known.related("tmpl_1", 4)]

    assert found == ["tmpl_3", "tmpl_5", "tmpl_4"]
    assert [entry.id for entry in known.related("tmpl_1", 1)] == ["tmpl_3"]
    assert known.related("tmpl_9", 4) == []
