"""Walking pages while rows come, go and change: nothing twice, nothing missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.dynamodb.models import dynamodb_backends

from chalicelib.ports.records import Change, Create, Record
from chalicelib.runtime import wiring
from tests.functions.checks import Checked
from tests.functions.conftest import ACCOUNT

ME, OTHER, NODE, TEMPLATE = "me", "other", "node_1", "tmpl_1"
NUMBERS = count(1)

each_list = pytest.mark.parametrize(
    ("path", "belongs"),
    [
        ("/nodes?", lambda r: r.owner == ME or r.public),
        ("/nodes?scope=mine&", lambda r: r.owner == ME),
        ("/deployments?", lambda r: r.owner == ME),
        ("/deployments?filter[status]=running&", lambda r: r.owner == ME and r.status == "running"),
        (f"/deployments?filter[node_id]={NODE}&", lambda r: r.owner == ME and r.node == NODE),
        (
            f"/deployments?filter[template_id]={TEMPLATE}&",
            lambda r: r.owner == ME and r.parent == TEMPLATE,
        ),
    ],
)
orders = st.sampled_from(["", "sort=created_at&", "sort=-created_at&"])
sizes = st.integers(1, 6)


@st.composite
def rows(draw: st.DrawFn) -> Record:
    """A row that may be anybody's, anywhere, and of the same moment as others."""
    moment = f"2026-01-01T00:00:0{draw(st.integers(0, 9))}.000Z"
    return Record(
        id=f"row_{next(NUMBERS):06d}",
        type="",
        owner=draw(st.sampled_from([ME, ME, OTHER])),
        status=draw(st.sampled_from(["running", "stopped"])),
        created_at=moment,
        updated_at=moment,
        parent=draw(st.sampled_from([TEMPLATE, "tmpl_2"])),
        node=draw(st.sampled_from([NODE, None])),
        public=draw(st.booleans()),
    )


@dataclass
class Shelf:
    """The rows of one list, in the store and as they should be."""

    kind: str
    belongs: Callable[[Record], bool]
    there: dict[str, Record]

    def add(self, row: Record) -> None:
        row = replace(row, type=self.kind)
        wiring.records().commit(Create(row))
        self.there[row.id] = row

    def change(self, row_id: str, **fields: Any) -> None:
        wiring.records().change(Change(of=self.there[row_id], **fields))
        kept = {name: value or None for name, value in fields.items() if name != "public"}
        self.there[row_id] = replace(self.there[row_id], **(kept or fields))

    def bury(self, row_id: str) -> None:
        gone = self.there.pop(row_id)
        wiring.records().change(Change(of=gone, status="deleted", bury=True))

    @property
    def listed(self) -> set[str]:
        return {row.id for row in self.there.values() if self.belongs(row)}

    def happen(self, data: st.DataObject) -> None:
        """Let up to three things happen to rows."""
        for _ in range(data.draw(st.integers(0, 3))):
            known = sorted(self.there)
            what = data.draw(st.sampled_from(["add", "bury", "public", "node", "parent", "status"]))
            if what == "add" or not known:
                self.add(data.draw(rows()))
                continue
            row = data.draw(st.sampled_from(known))
            if what == "bury":
                self.bury(row)
            elif what == "public":
                self.change(row, public=data.draw(st.booleans()))
            elif what == "node":
                self.change(row, node=data.draw(st.sampled_from([NODE, "node_2"])))
            elif what == "parent":
                self.change(row, parent=data.draw(st.sampled_from([TEMPLATE, "tmpl_2"])))
            else:
                self.change(row, status=data.draw(st.sampled_from(["running", "stopped"])))


def shelf_of(path: str, belongs: Callable[[Record], bool], first: list[Record]) -> Shelf:
    for table in dynamodb_backends[ACCOUNT]["us-east-1"].tables.values():
        table.items.clear()
    shelf = Shelf(path[1:].partition("?")[0], belongs, {})
    for row in first:
        shelf.add(row)
    return shelf


def page_at(here: Checked, link: str) -> tuple[list[str], str | None, str | None]:
    """The ids of a page, and where it leads."""
    reply = here.world.call("GET", link.removeprefix("/api/v1").replace("%3D", "="), user=ME)
    assert reply.status == 200, reply.body
    links = reply.body["links"]
    return [entry["id"] for entry in reply.body["data"]], links["next"], links["prev"]


def walk(
    here: Checked, start: str, to: int, meanwhile: Callable[[], object] = lambda: None
) -> Iterator[list[str]]:
    """Follow `next` (1) or `prev` (2) to the end; something happens between two pages."""
    link: str | None = start
    while link is not None:
        page = page_at(here, link)
        yield page[0]
        link = page[to]
        meanwhile()


quick = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@each_list
@quick
@given(first=st.lists(rows(), max_size=14), size=sizes, order=orders)
def test_pages_hold_the_list_in_order_and_lead_both_ways(
    here: Checked, *, path: str, belongs, first: list[Record], size: int, order: str
) -> None:
    shelf = shelf_of(path, belongs, first)
    start = f"{path}{order}page[size]={size}"

    pages = list(walk(here, start, to=1))

    walked = [row for page in pages for row in page]
    wanted = sorted(shelf.listed, key=lambda row: (shelf.there[row].created_at, row))
    assert walked == (wanted if order == "sort=created_at&" else wanted[::-1])
    assert all(len(page) == size for page in pages[:-1]), "every page but the last is full"
    link: str | None = start
    for page, following in pairwise(pages):
        shown, link, _ = page_at(here, link or "")
        again, _, back = page_at(here, link or "")
        assert (shown, again) == (page, following)
        assert page_at(here, back or "")[0] == page


@each_list
@quick
@given(data=st.data(), first=st.lists(rows(), max_size=14), size=sizes, order=orders)
def test_walk_repeats_nothing_and_misses_nothing_while_rows_change(
    here: Checked,
    *,
    path: str,
    belongs,
    data: st.DataObject,
    first: list[Record],
    size: int,
    order: str,
) -> None:
    shelf = shelf_of(path, belongs, first)
    there_throughout = shelf.listed

    def meanwhile() -> None:
        nonlocal there_throughout
        shelf.happen(data)
        there_throughout &= shelf.listed

    walked = [
        row for page in walk(here, f"{path}{order}page[size]={size}", 1, meanwhile) for row in page
    ]

    assert len(walked) == len(set(walked)), "a row came twice"
    assert there_throughout <= set(walked), "a row was missed"


@each_list
@quick
@given(data=st.data(), first=st.lists(rows(), min_size=4, max_size=14), size=sizes, order=orders)
def test_walk_back_repeats_nothing_and_misses_nothing_while_rows_change(
    here: Checked,
    *,
    path: str,
    belongs,
    data: st.DataObject,
    first: list[Record],
    size: int,
    order: str,
) -> None:
    shelf = shelf_of(path, belongs, first)
    links: list[str | None] = [f"{path}{order}page[size]={size}"]
    while links[-1]:
        links.append(page_at(here, links[-1])[1])
    *_, before_last = page_at(here, links[-2] or "")
    ahead = {row for link in links[:-2] for row in page_at(here, link or "")[0]}
    there_throughout = ahead & shelf.listed

    def meanwhile() -> None:
        nonlocal there_throughout
        shelf.happen(data)
        there_throughout &= shelf.listed

    walked = (
        [row for page in walk(here, before_last or "", 2, meanwhile) for row in page]
        if (before_last)
        else []
    )

    assert len(walked) == len(set(walked)), "a row came twice"
    assert there_throughout <= set(walked), "a row was missed"
