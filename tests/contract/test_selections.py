"""The store's contract: lists of records, page by page, each by its index."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.domain.errors import BadRequest
from chalicelib.ports.records import Change, Record, Selection
from tests.contract.recorded import a_work, owner, put, store

__all__ = ["owner", "store"]


def names(records: tuple[Record, ...]) -> list[str]:
    return [record.attributes["name"] for record in records]


def test_pages_go_both_ways_and_end(store: DynamoRecords, owner: str) -> None:
    """Newest first; records of the same moment have an order too."""
    moments = ["2026-01-01T00:00:00.000Z"] * 3 + [f"2026-01-0{n}T00:00:00.000Z" for n in (2, 3, 4)]
    for number, moment in enumerate(moments):
        put(
            store,
            owner,
            id=f"{owner}_{number}",
            created_at=moment,
            attributes={"name": str(number)},
        )
    mine = Selection("things", owner=owner)

    first = store.select(mine, limit=2, after=None, before=None)
    second = store.select(mine, limit=2, after=first.after, before=None)
    third = store.select(mine, limit=2, after=second.after, before=None)

    assert [names(p.records) for p in (first, second, third)] == [
        ["5", "4"],
        ["3", "2"],
        ["1", "0"],
    ]
    assert (first.before, third.after) == (None, None)
    back = store.select(mine, limit=2, after=None, before=third.before)
    begin = store.select(mine, limit=2, after=None, before=back.before)
    assert [names(p.records) for p in (back, begin)] == [["3", "2"], ["5", "4"]]
    assert begin.before is None
    assert (back.after, begin.after) == (second.after, first.after)


def test_oldest_first_goes_both_ways_too(store: DynamoRecords, owner: str) -> None:
    for n in range(1, 6):
        put(store, owner, created_at=f"2026-01-0{n}T00:00:00.000Z", attributes={"name": str(n)})
    mine = Selection("things", owner=owner)

    first = store.select(mine, limit=2, after=None, before=None, oldest_first=True)
    second = store.select(mine, limit=2, after=first.after, before=None, oldest_first=True)
    third = store.select(mine, limit=2, after=second.after, before=None, oldest_first=True)
    back = store.select(mine, limit=2, after=None, before=third.before, oldest_first=True)

    pages = [names(page.records) for page in (first, second, third, back)]
    assert pages == [["1", "2"], ["3", "4"], ["5"], ["3", "4"]]
    assert (first.before, third.after) == (None, None)
    assert (back.after, back.before) == (second.after, second.before)


def test_cursor_outlives_its_record(store: DynamoRecords, owner: str) -> None:
    made = [
        put(store, owner, created_at=f"2026-01-0{n}T00:00:00.000Z", attributes={"name": str(n)})
        for n in range(1, 5)
    ]
    mine = Selection("things", owner=owner)
    first = store.select(mine, limit=2, after=None, before=None)
    store.change(Change(of=made[2], status="deleted", bury=True))

    following = store.select(mine, limit=2, after=first.after, before=None)

    assert names(following.records) == ["2", "1"]


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyJhIiwgImIiXQ", "\u00e9"])
def test_cursor_that_is_not_ours_is_refused(store: DynamoRecords, cursor: str) -> None:
    for word, given in (
        ("page[after]", {"after": cursor, "before": None}),
        ("page[before]", {"after": None, "before": cursor}),
    ):
        with pytest.raises(BadRequest) as refused:
            store.select(Selection("things", owner="o"), limit=2, **given)
        assert refused.value.parameter == word


def test_every_selection_has_its_index(store: DynamoRecords, owner: str) -> None:
    record = put(
        store, owner, parent=f"p-{owner}", node=f"n-{owner}", public=True, type=f"t-{owner}"
    )
    put(store, owner, type=f"t-{owner}", status="running", created_at="2025-01-01T00:00:00.000Z")

    def found(**selection: Any) -> int:
        page = store.select(Selection(f"t-{owner}", **selection), limit=10, after=None, before=None)
        return len(page.records)

    assert found(owner=owner) == 2
    assert found(owner=owner, status="pending") == 1
    assert found(owner=owner, status="running") == 1
    assert found(owner="other") == 0
    assert found(parent=f"p-{owner}") == found(node=f"n-{owner}") == found(public=True) == 1
    assert found(owner=owner, public=True) == 2
    assert found(owner="other", public=True) == 1
    for link in ({"parent": f"p-{owner}"}, {"node": f"n-{owner}"}):
        assert found(owner=owner, **link) == 1
        assert found(owner="other", **link) == 0
    store.change(Change(of=record, public=False))
    assert found(public=True) == found(owner="other", public=True) == 0


def test_record_that_moves_is_listed_where_it_is(store: DynamoRecords, owner: str) -> None:
    record = put(store, owner, node=f"n1-{owner}", parent=f"p1-{owner}")

    def found(**link: str) -> int:
        each = [Selection("things", **link), Selection("things", owner=owner, **link)]
        pages = [store.select(s, limit=10, after=None, before=None) for s in each]
        numbers = {len(page.records) for page in pages}
        assert len(numbers) == 1
        return numbers.pop()

    moved = store.change(Change(of=record, node=f"n2-{owner}", parent=f"p2-{owner}"))

    assert found(node=f"n1-{owner}") == found(parent=f"p1-{owner}") == 0
    assert found(node=f"n2-{owner}") == found(parent=f"p2-{owner}") == 1
    store.change(Change(of=moved, node="", parent=""))
    assert found(node=f"n2-{owner}") == found(parent=f"p2-{owner}") == 0
    again = store.get(record.id)
    assert again is not None
    assert (again.node, again.parent) == (None, None)


def test_page_by_parent_and_node_is_full_of_ones_own(store: DynamoRecords, owner: str) -> None:
    link = {"node": f"n-{owner}", "parent": f"p-{owner}"}
    for number in range(12):
        whose = owner if number % 4 == 0 else f"other-{owner}"
        put(store, whose, attributes={"name": str(number)}, **link)
    put(store, owner, type="others", **link)

    for name, other in link.items():
        mine = Selection("things", owner=owner, **{name: other})
        page = store.select(mine, limit=2, after=None, before=None)
        rest = store.select(mine, limit=2, after=page.after, before=None)

        assert (len(page.records), len(rest.records), rest.after) == (2, 1, None)
        assert {record.owner for record in (*page.records, *rest.records)} == {owner}


@pytest.mark.parametrize("oldest_first", [False, True])
def test_own_and_public_ones_are_merged_in_order_without_repeats(
    store: DynamoRecords, owner: str, oldest_first: bool
) -> None:
    kind, other = f"t-{owner}", f"other-{owner}"
    whose = [(owner, False), (owner, True), (other, True), (other, False), (owner, False)]
    for number, (who, public) in enumerate(whose * 2):
        put(
            store,
            who,
            type=kind,
            public=public,
            created_at=f"2026-01-{number + 10}T00:00:00.000Z",
            attributes={"name": str(number)},
        )
    both, walked, after = Selection(kind, owner=owner, public=True), [], None

    while True:
        page = store.select(both, limit=3, after=after, before=None, oldest_first=oldest_first)
        walked += names(page.records)
        after = page.after
        if after is None:
            break

    expected = ["9", "7", "6", "5", "4", "2", "1", "0"]
    assert walked == (expected[::-1] if oldest_first else expected)
    back = store.select(both, limit=5, after=None, before=page.before, oldest_first=oldest_first)
    assert names(back.records) == walked[1:6]
    assert back.before is not None


def test_record_that_is_gone_hangs_on_nothing_of_its_owners(
    store: DynamoRecords, owner: str
) -> None:
    record = put(store, owner, node=f"n-{owner}", parent=f"p-{owner}")

    store.change(Change(of=record, status="deleted", bury=True, node="x", parent="y"))

    for link in ({"node": f"n-{owner}"}, {"parent": f"p-{owner}"}, {"node": "x"}, {"parent": "y"}):
        page = store.select(
            Selection("things", owner=owner, **link), limit=10, after=None, before=None
        )
        assert page.records == ()


def test_buried_record_is_found_by_its_id_and_status_alone(
    store: DynamoRecords, owner: str
) -> None:
    record = put(store, owner, parent=f"p-{owner}", node=f"n-{owner}", public=True)

    buried = store.change(Change(of=record, status="deleted", bury=True, clear_work=True))

    def found(**selection: Any) -> int:
        page = store.select(Selection("things", **selection), limit=10, after=None, before=None)
        return len([entry for entry in page.records if entry.id == record.id])

    assert store.get(record.id) == buried
    assert found(owner=owner, status="deleted") == 1
    assert found(owner=owner) == found(owner=owner, status="pending") == 0
    assert found(parent=f"p-{owner}") == found(node=f"n-{owner}") == found(public=True) == 0


def test_working_records_come_oldest_first(store: DynamoRecords, owner: str) -> None:
    for number in range(6):
        since = f"2020-01-0{6 - number}T00:00:00.000Z"
        put(store, owner, id=f"{owner}_{number}", work=replace(a_work(), started_at=since))

    found = store.working(limit=4)

    assert [record.id for record in found] == [f"{owner}_{n}" for n in (5, 4, 3, 2)]
