"""The store's contract, against the local AWS: what holds when many write at once included."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.domain import clock
from chalicelib.domain.errors import (
    BadRequest,
    Forbidden,
    ProductError,
    Stale,
    Taken,
    TooLarge,
)
from chalicelib.domain.routes import shard_of
from chalicelib.ports.records import (
    WATCH_SHARDS,
    Change,
    Check,
    Count,
    Create,
    Erase,
    Forget,
    Journal,
    OpenTimeline,
    Put,
    Record,
    Release,
    Reserve,
    Selection,
    Span,
    TimelineStep,
    Trail,
    Usage,
    Work,
    Write,
)
from chalicelib.ports.route_writes import RemoveRoute, SetRoute
from tests.contract.stores import KINDS, store_of
from tests.fakes.records import FakeRecords

TAKERS = 20


def now() -> str:
    return clock.text_of(datetime.now(UTC))


@pytest.fixture(scope="module", params=KINDS)
def store(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The store, and its twin in memory, on which simulations run."""
    with store_of(request.param, tmp_path_factory.mktemp("store"), now) as found:
        yield found


@pytest.fixture
def owner() -> str:
    return f"owner-{secrets.token_hex(4)}"


def a_record(owner: str, **fields: Any) -> Record:
    record = Record(
        id=f"thing_{secrets.token_hex(8)}",
        type="things",
        owner=owner,
        status="pending",
        created_at="2026-01-01T00:00:00.000Z",
        updated_at="2026-01-01T00:00:00.000Z",
        attributes={"name": "thing"},
    )
    return replace(record, **fields)


def put(store: DynamoRecords, owner: str, **fields: Any) -> Record:
    record = a_record(owner, **fields)
    store.commit(Create(record))
    return record


def test_record_is_put_whatever_was_there(store: DynamoRecords, owner: str) -> None:
    first = put(store, owner, parent=f"parent-{owner}")
    store.commit(Change(of=first, status="deleted", bury=True))
    second = replace(first, attributes={"name": "again"}, status="ready")

    store.commit(Put(second), Put(a_record(owner)))

    assert store.get(first.id) == second
    hung = store.select(
        Selection("things", parent=f"parent-{owner}"), limit=10, after=None, before=None
    )
    assert hung.records == (second,)


def a_work(generation: int = 1, kind: str = "deploy") -> Work:
    return Work(kind, generation, f"x-e1-g{generation}-a1", "2026-01-01T00:00:00.000Z")


def at_once(count: int, act: Callable[[int], Any]) -> Counter[str]:
    """Do something many times in parallel; count how often it was done, or refused and why."""

    def outcome(number: int) -> str:
        try:
            act(number)
        except ProductError as error:
            return error.error_code
        return "done"

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(outcome, range(count)))


def test_record_comes_back_as_it_was_put(store: DynamoRecords, owner: str) -> None:
    record = a_record(
        owner,
        attributes={
            "text": "gr\u00fc\u00dfe \u0000",
            "none": None,
            "empty": "",
            "list": [1, 2.5, {"a": []}],
            "no": False,
            "map": {},
        },
        sealed={"secret": "v1.a.b.c"},
        work=a_work(),
        generation=1,
        parent="parent_1",
        node="node_1",
        public=True,
    )

    store.commit(Create(record))

    assert store.get(record.id) == record


@pytest.mark.parametrize("record_id", ["", "nothing", "x" * 5000, "\ud800", "\u20ac" * 400])
def test_what_is_not_there_is_none(store: DynamoRecords, record_id: str) -> None:
    assert store.get(record_id) is None


def test_many_are_read_at_once_in_the_order_asked_for(store: DynamoRecords, owner: str) -> None:
    records = [put(store, owner, attributes={"n": n}) for n in range(130)]
    wanted = [record.id for record in records][::-1]

    found = store.get_many((*wanted, "nothing", "", "x" * 5000, wanted[0]))

    assert list(found) == wanted
    assert list(found.values()) == records[::-1]
    assert store.get_many(()) == {}


def test_id_is_given_once(store: DynamoRecords, owner: str) -> None:
    record = put(store, owner)

    with pytest.raises(Stale):
        store.commit(Create(replace(record, attributes={"name": "other"})))
    assert store.get(record.id) == record


def test_change_does_what_it_says_and_raises_the_version(store: DynamoRecords, owner: str) -> None:
    record = put(store, owner)
    change = Change(
        of=record,
        status="running",
        attributes={"name": "new", "more": {"a": 1}},
        sealed={"key": "sealed"},
        set_work=a_work(),
        generation=1,
        health="healthy",
        node="node_1",
        public=True,
    )

    after = store.change(change)

    assert after == store.get(record.id)
    assert after.updated_at > record.updated_at
    assert after == replace(
        record,
        status="running",
        attributes={"name": "new", "more": {"a": 1}},
        sealed={"key": "sealed"},
        work=a_work(),
        generation=1,
        health="healthy",
        node="node_1",
        public=True,
        version=2,
        updated_at=after.updated_at,
    )


@pytest.mark.parametrize("alone", [True, False], ids=["change", "commit"])
def test_change_aside_leaves_the_version_and_its_time(
    store: DynamoRecords, owner: str, alone: bool
) -> None:
    record = put(store, owner)
    change = Change(of=record, attributes={"starts": 3}, aside=True)

    store.change(change) if alone else store.commit(change)

    after = replace(record, attributes=record.attributes | {"starts": 3})
    assert store.get(record.id) == after


@pytest.mark.parametrize("alone", [True, False], ids=["change", "commit"])
@pytest.mark.parametrize(
    "demand",
    [
        {"if_status": ("running", "stopped")},
        {"if_generation": 2},
        {"if_idle": True},
        {"if_version": 7},
    ],
)
def test_change_of_a_record_in_another_state_is_stale(
    store: DynamoRecords, owner: str, demand: dict[str, Any], alone: bool
) -> None:
    record = put(store, owner, work=a_work(), generation=1)
    change = Change(of=record, status="running", **demand)

    with pytest.raises(Stale) as refused:
        store.change(change) if alone else store.commit(change)

    assert record.id in refused.value.detail
    assert store.get(record.id) == record


def test_pinned_record_is_changed_in_its_version_alone(store: DynamoRecords, owner: str) -> None:
    record = replace(put(store, owner), pinned=True)

    after = store.change(Change(of=record, status="running"))

    assert (after.version, after.pinned) == (2, False)
    for act in (store.change, store.commit):
        with pytest.raises(Stale):
            act(Change(of=record, status="stopped"))
    assert store.get(record.id) == after


def test_change_of_nothing_makes_nothing(store: DynamoRecords, owner: str) -> None:
    for act in (store.change, store.commit):
        with pytest.raises(Stale):
            act(Change(of=(record := a_record(owner)), status="running"))
        assert store.get(record.id) is None


def test_step_of_an_older_generation_cannot_write(store: DynamoRecords, owner: str) -> None:
    record = put(store, owner, work=a_work(1), generation=1)
    store.change(Change(of=record, set_work=a_work(2), generation=2))

    with pytest.raises(Stale):
        store.change(Change(of=record, work_step="Late", if_generation=1, if_working=True))


def test_work_is_set_followed_cancelled_and_cleared(store: DynamoRecords, owner: str) -> None:
    record = put(store, owner)
    store.change(Change(of=record, set_work=a_work(), generation=1, if_idle=True))
    store.change(Change(of=record, work_step="PullImages", if_working=True))
    cancelled = store.change(Change(of=record, request_cancel=True, if_working=True))
    assert cancelled.work == replace(a_work(), step="PullImages", cancel_requested=True)
    assert record.id in [r.id for r in store.working(limit=1000)]

    done = store.change(Change(of=record, clear_work=True, if_working=True))

    assert done.work is None
    assert record.id not in [r.id for r in store.working(limit=1000)]
    with pytest.raises(Stale):
        store.change(Change(of=record, work_step="Late", if_working=True))


def test_of_many_who_begin_work_one_wins(store: DynamoRecords, owner: str) -> None:
    record = put(store, owner)

    def begin(number: int) -> None:
        store.commit(
            Change(
                of=record,
                set_work=replace(a_work(), execution=f"by-{number}"),
                generation=1,
                if_idle=True,
                if_generation=0,
            ),
            OpenTimeline(record.id, a_work(), now()),
            Journal(record.id, record.type, record.owner, "begun", now(), owner),
        )

    assert at_once(TAKERS, begin) == {"done": 1, "stale": TAKERS - 1}
    assert len(store.journal(record.id, limit=100)) == 1
    after = store.get(record.id)
    assert after is not None
    assert after.version == 2


def test_reservation_is_held_by_one_and_given_back_by_its_holder(
    store: DynamoRecords, owner: str
) -> None:
    key = f"host#{owner}"

    taken = at_once(TAKERS, lambda n: store.commit(Reserve(key, f"holder-{n}", {"n": n})))

    assert taken == {"done": 1, "taken": TAKERS - 1}
    held = store.reservation(key)
    assert held is not None
    assert held["holder"] == f"holder-{held['n']}"
    store.commit(Reserve(key, held["holder"], {"n": 99}))
    store.commit(Release(key, "somebody-else"))
    assert store.reservation(key) == {"holder": held["holder"], "n": 99}
    store.commit(Release(key, held["holder"]))
    assert store.reservation(key) is None
    store.commit(Release(key, held["holder"]))


def test_counter_at_its_limit_admits_exactly_as_many(store: DynamoRecords, owner: str) -> None:
    key = f"plan#{owner}"

    def take(number: int) -> None:
        record = a_record(owner, id=f"{owner}_{number}")
        store.commit(Create(record), Count(key, 1, at_most=5, limit="apps"))

    assert at_once(TAKERS, take) == {"done": 5, "plan_limit_exceeded": TAKERS - 5}
    assert store.counter(key) == 5
    page = store.select(Selection("things", owner=owner), limit=100, after=None, before=None)
    assert len(page.records) == 5
    with pytest.raises(Forbidden, match="The limit apps of 5 is reached"):
        take(99)


def test_counter_without_a_limit_counts_every_writer(store: DynamoRecords, owner: str) -> None:
    key = f"total#{owner}"

    assert at_once(40, lambda _n: store.commit(Count(key, 1))) == {"done": 40}

    store.commit(Count(key, -0.5))
    assert store.counter(key) == 39.5


@pytest.mark.parametrize(
    ("before", "count", "fits"),
    [
        (0, Count("", 0, at_most=0), True),
        (0, Count("", 1, at_most=0), False),
        (0.1, Count("", 0.9, at_most=1), True),
        (0.7, Count("", 0.1, at_most=0.8), True),
        (5, Count("", 1, at_most=5), False),
        (9, Count("", -1, at_most=5), True),
    ],
)
def test_bound_is_exact(
    store: DynamoRecords, owner: str, before: float, count: Count, fits: bool
) -> None:
    key = f"bound#{owner}"
    if before:
        store.commit(Count(key, before))

    outcome = at_once(1, lambda _n: store.commit(replace(count, key=key)))

    assert outcome == ({"done": 1} if fits else {"plan_limit_exceeded": 1})


def test_all_is_written_or_nothing(store: DynamoRecords, owner: str) -> None:
    key, record = f"slug#{owner}", a_record(owner)
    store.commit(Reserve(key, "other"))

    with pytest.raises(Taken) as refused:
        store.commit(
            Create(record),
            Count(f"all#{owner}", 1),
            Journal(record.id, record.type, record.owner, "created", now(), owner),
            Usage(secrets.token_hex(8), owner, "thing.created", record.id, "thing", now()),
            Reserve(key, record.id),
        )

    assert key in refused.value.detail
    assert store.get(record.id) is None
    assert store.counter(f"all#{owner}") == 0
    assert store.journal(record.id, limit=10) == ()


def used(store: DynamoRecords) -> list[str]:
    """The ids of the usage events in the outbox."""
    if isinstance(store, FakeRecords):
        return list(store.outbox)
    told = boto3.client("dynamodb").scan(TableName="test-money")["Items"]
    return [item["sort"]["S"] for item in told]


def test_what_was_done_already_does_not_hinder_the_rest(store: DynamoRecords, owner: str) -> None:
    """A usage event told twice, a timeline opened twice, a reservation that is not held."""
    record, usage = put(store, owner), secrets.token_hex(8)
    repeated: tuple[Write, ...] = (
        Usage(usage, owner, "thing.created", record.id, "thing", now()),
        OpenTimeline(record.id, a_work(), now()),
        Release(f"never#{owner}", record.id),
    )
    store.commit(*repeated)
    store.mark_step(record.id, 1, TimelineStep("First", "done", now(), now()))

    store.commit(*repeated, Count(f"done#{owner}", 1))

    assert store.counter(f"done#{owner}") == 1
    assert used(store).count(usage) == 1
    timeline = store.timeline(record.id, 1)
    assert timeline is not None
    assert [step.name for step in timeline.steps] == ["First"]


def test_check_demands_that_a_record_is_there_and_writes_nothing(
    store: DynamoRecords, owner: str
) -> None:
    key, record = f"n#{owner}", put(store, owner, public=True)

    store.commit(Check(record), Count(key, 1))
    store.commit(Check(record, if_status=("pending",), if_public=True), Count(key, 1))

    assert store.get(record.id) == record
    for check in (
        Check(record, if_status=("running", "stopped")),
        Check(a_record(owner)),
        Check(replace(record, owner="other")),
        Check(replace(record, type="others")),
        Check(put(store, owner), if_public=True),
    ):
        with pytest.raises(Stale):
            store.commit(check, Count(key, 1))
    store.change(Change(of=record, status="deleted", bury=True))
    with pytest.raises(Stale):
        store.commit(Check(record), Count(key, 1))
    assert store.counter(key) == 2


def test_counter_is_forgotten_when_it_counts_nothing_more(store: DynamoRecords, owner: str) -> None:
    key, other = f"uses#{owner}", f"more#{owner}"
    store.commit(Count(key, 2))

    for _ in range(2):
        with pytest.raises(Taken) as refused:
            store.commit(Forget(key), Count(other, 1))
        assert key in refused.value.detail
        store.commit(Count(key, -1))

    assert (store.counter(key), store.counter(other)) == (0, 0)
    store.commit(Forget(key), Forget(f"never#{owner}"), Count(other, 1))
    assert store.reservation(key) is None
    assert store.counter(other) == 1


def test_of_a_use_and_a_delete_at_the_same_moment_one_wins(
    store: DynamoRecords, owner: str
) -> None:
    for number in range(10):
        used, key = put(store, owner), f"uses#{owner}#{number}"
        user = a_record(owner, id=f"user_{owner}_{number}")

        def act(turn: int, used: Record = used, key: str = key, user: Record = user) -> None:
            if turn % 2:
                store.commit(Change(of=used, status="deleted", bury=True), Forget(key))
            else:
                store.commit(
                    Check(used), Count(key, 1), Create(replace(user, id=f"{user.id}_{turn}"))
                )

        outcome = at_once(6, act)

        after = store.get(used.id)
        assert after is not None
        users = store.get_many(tuple(f"{user.id}_{turn}" for turn in (0, 2, 4)))
        assert store.counter(key) == len(users)
        assert (after.status == "deleted") == (not users), outcome


def test_record_beyond_what_an_item_holds_is_too_large(store: DynamoRecords, owner: str) -> None:
    large = {"text": "x" * 420_000}
    record = put(store, owner)

    for act in (
        lambda: store.commit(Create(a_record(owner, attributes=large))),
        lambda: store.commit(Change(of=record, attributes=large)),
        lambda: store.change(Change(of=record, attributes=large)),
    ):
        with pytest.raises(TooLarge):
            act()
    assert store.get(record.id) == record


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


def test_tombstone_is_forgotten_and_what_lives_is_not(store: DynamoRecords, owner: str) -> None:
    living, buried = put(store, owner), put(store, owner)
    store.change(Change(of=buried, status="deleted", bury=True))

    for _ in range(2):
        store.commit(Erase(living), Erase(buried))

    assert store.get(living.id) is not None
    assert store.get(buried.id) is None


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


def watched(store: DynamoRecords, type_name: str) -> Counter[str]:
    """Everything of a type that is watched, asked for in small pages."""
    found: Counter[str] = Counter()
    for shard in range(WATCH_SHARDS):
        after = ""
        while ids := store.watched(type_name, shard, after=after, limit=2):
            assert list(ids) == sorted(ids)
            found.update(ids)
            after = ids[-1]
    return found


PINNED = {"name": "server", "host_key": "ssh-ed25519 AAAA"}


def test_node_is_watched_from_its_first_check_until_it_goes(
    store: DynamoRecords, owner: str
) -> None:
    made = [put(store, owner, type="nodes", status="offline") for _ in range(5)]
    first, *others = [record.id for record in made]
    assert not {first, *others} & {*watched(store, "nodes")}

    for record in made:
        store.change(Change(of=record, attributes={"host_key": "ssh-ed25519 AAAA"}))
    assert [watched(store, "nodes")[record_id] for record_id in (first, *others)] == [1] * 5

    node = store.get(first)
    assert node is not None
    for status in ("online", "maintenance", "offline"):
        store.change(Change(of=node, status=status, set_work=a_work()))
        store.change(Change(of=node, health="degraded", clear_work=True))
        assert first in watched(store, "nodes")
    store.commit(Change(of=node, status="lost"))
    assert first not in watched(store, "nodes")
    store.commit(Change(of=node, status="deleted", bury=True))
    store.commit(Change(of=made[1], status="deleted", bury=True))
    assert {first, *others} & {*watched(store, "nodes")} == {*others[1:]}


@pytest.mark.parametrize("write", [Create, Put])
def test_node_that_is_put_with_its_host_key_is_watched_at_once(
    store: DynamoRecords, owner: str, write: type[Create | Put]
) -> None:
    node = a_record(owner, type="nodes", status="online", attributes=PINNED)

    store.commit(write(node))

    assert node.id in watched(store, "nodes")


def test_node_that_is_to_be_reached_another_way_stays_watched(
    store: DynamoRecords, owner: str
) -> None:
    node = put(store, owner, type="nodes", status="online", attributes=PINNED)

    store.change(Change(of=node, status="offline", attributes={"host_key": None}))

    assert node.id in watched(store, "nodes")


def test_node_parked_by_who_read_it_before_its_first_check_stays_watched(
    store: DynamoRecords, owner: str
) -> None:
    before = put(store, owner, type="nodes", status="offline")
    store.change(Change(of=before, attributes={"host_key": "ssh-ed25519 AAAA"}))

    store.change(Change(of=before, status="maintenance"))

    assert before.id in watched(store, "nodes")


def test_credential_is_watched_while_it_lives(store: DynamoRecords, owner: str) -> None:
    credential = put(store, owner, type="cloud_credentials", status="unchecked")

    store.change(Change(of=credential, status="invalid"))
    living = watched(store, "cloud_credentials")
    store.change(Change(of=credential, status="deleted", bury=True))

    assert living[credential.id] == 1
    assert credential.id not in watched(store, "cloud_credentials")


@pytest.mark.parametrize("kind", ["deployments", "cloud_provisions", "ssh_keys"])
def test_nothing_else_is_watched(store: DynamoRecords, owner: str, kind: str) -> None:
    node, attributes = f"node_{owner}", PINNED
    record = put(store, owner, type=kind, node=node, status="pending", attributes=attributes)

    store.change(Change(of=record, status="running", attributes=PINNED))

    assert not {record.id, node} & {*watched(store, kind), *watched(store, "nodes")}


def test_journal_tells_newest_first_and_by_name(store: DynamoRecords, owner: str) -> None:
    for number in range(5):
        name = "odd" if number % 2 else "even"
        store.tell(Journal(owner, "deployments", owner, name, now(), "hoster", {"n": number}))
    store.commit(OpenTimeline(owner, a_work(), now()))

    entries = store.journal(owner, limit=3)
    odd = store.journal(owner, limit=10, names=("odd",))

    assert [entry.data["n"] for entry in entries] == sorted(
        (entry.data["n"] for entry in entries), reverse=True
    )
    assert len(entries) == 3
    assert {entry.data["n"] for entry in odd} == {1, 3}
    assert all(entry.id.startswith("evt_") for entry in entries)


def tell(store: DynamoRecords, account: str, *entities: str) -> None:
    """Tell one thing of each entity, in this order, each in a millisecond of its own."""
    for number, entity in enumerate(entities):
        time.sleep(0.002)
        store.tell(Journal(entity, "things", account, "told", now(), account, {"n": number}))


def numbers(trail: Trail) -> list[int]:
    return [entry.data["n"] for entry in trail.entries]


def test_trail_is_the_accounts_alone_and_newest_first(store: DynamoRecords, owner: str) -> None:
    tell(store, owner, f"{owner}-a", f"{owner}-b", f"{owner}-a")
    tell(store, f"{owner}-other", f"{owner}-c")
    store.commit(OpenTimeline(f"{owner}-a", a_work(), now()))

    trail = store.trail(owner, limit=10)

    assert numbers(trail) == [2, 1, 0]
    assert {entry.account for entry in trail.entries} == {owner}
    assert (trail.after, trail.before) == (None, None)
    assert numbers(store.trail(owner, limit=10, entity=f"{owner}-a")) == [2, 0]
    assert store.trail(owner, limit=10, entity=f"{owner}-c") == Trail((), None, None)
    assert store.trail(owner, limit=10, entity="") == Trail((), None, None)


@pytest.mark.parametrize("by", ["entity", "account", "types"])
def test_pages_of_a_trail_stay_right_while_more_is_told(
    store: DynamoRecords, owner: str, by: str
) -> None:
    one: dict[str, Any] = {}
    if by == "entity":
        one = {"entity": f"{owner}-a"}
    if by == "types":
        one = {"kinds": ("others", "things")}
    tell(store, owner, *[f"{owner}-a"] * 6)
    first = store.trail(owner, limit=2, **one)
    tell(store, owner, *[f"{owner}-a"] * 3)

    second = store.trail(owner, limit=2, after=first.after, **one)
    third = store.trail(owner, limit=2, after=second.after, **one)

    assert [numbers(page) for page in (first, second, third)] == [[5, 4], [3, 2], [1, 0]]
    assert (first.before, third.after) == (None, None)
    back = store.trail(owner, limit=2, before=third.before, **one)
    assert numbers(back) == [3, 2]
    assert (back.after, back.before) == (second.after, second.before)
    newer = store.trail(owner, limit=5, before=second.before, **one)
    assert numbers(newer) == [2, 1, 0, 5, 4]
    assert newer.before is None


def test_entries_of_one_key_are_two_places_of_a_trail(store: DynamoRecords, owner: str) -> None:
    if isinstance(store, FakeRecords):
        pytest.skip("keys of entries are DynamoDB's own")
    with mock.patch("chalicelib.adapters.records.tellings.secrets") as chance:
        chance.token_bytes.return_value = b"same"
        with mock.patch("chalicelib.adapters.records.tellings.time") as clock:
            clock.time_ns.return_value = 1_700_000_000_000_000_000
            for number in range(3):
                entity = f"{owner}-{number}"
                store.tell(Journal(entity, "things", owner, "told", now(), owner, {"n": number}))

    seen, after = [], None
    for _ in range(3):
        page = store.trail(owner, limit=1, after=after)
        seen += [entry.entity for entry in page.entries]
        after = page.after

    assert sorted(seen) == [f"{owner}-{number}" for number in range(3)]
    assert after is None


def test_span_of_a_trail_begins_with_its_since_and_ends_before_its_until(
    store: DynamoRecords, owner: str
) -> None:
    tell(store, owner, *[f"{owner}-a"] * 4)
    moments = [int(e.id[4:16], 16) for e in store.trail(owner, limit=10).entries][::-1]

    def within(since: int | None, until: int | None) -> list[int]:
        return numbers(store.trail(owner, limit=10, span=Span(since, until)))

    assert within(moments[1], None) == [3, 2, 1]
    assert within(None, moments[1]) == [0]
    assert within(moments[1], moments[3]) == [2, 1]
    assert within(moments[3], moments[1]) == within(moments[3] + 1, None) == []
    first = store.trail(owner, limit=1, span=Span(moments[1], moments[3]))
    rest = store.trail(owner, limit=5, after=first.after, span=Span(moments[1], moments[3]))
    assert (numbers(first), numbers(rest)) == ([2], [1])
    with pytest.raises(BadRequest):
        store.trail(owner, limit=1, after=first.after, span=Span(None, moments[0]))


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyJhIiwgImIiXQ", "\u00e9"])
def test_cursor_of_a_trail_that_is_not_ours_is_refused(store: DynamoRecords, cursor: str) -> None:
    for word, given in (("page[after]", {"after": cursor}), ("page[before]", {"before": cursor})):
        with pytest.raises(BadRequest) as refused:
            store.trail("somebody", limit=2, **given)
        assert refused.value.parameter == word


def test_timeline_keeps_when_a_step_first_began(store: DynamoRecords, owner: str) -> None:
    store.commit(OpenTimeline(owner, a_work(3), "2026-01-01T00:00:00.000Z"))
    progress = {"done": 1, "total": 3, "unit": "images"}
    store.mark_step(owner, 3, TimelineStep("B", "running", "2026-01-01T00:00:02.000Z"))
    store.mark_step(owner, 3, TimelineStep("A", "running", "2026-01-01T00:00:01.000Z"))
    last = TimelineStep(
        "A", "done", "2026-01-01T00:00:05.000Z", "2026-01-01T00:00:06.000Z", "m", progress
    )

    store.mark_step(owner, 3, last)

    timeline = store.timeline(owner, 3)
    assert timeline is not None
    assert timeline.steps == (
        replace(last, started_at="2026-01-01T00:00:01.000Z"),
        TimelineStep("B", "running", "2026-01-01T00:00:02.000Z"),
    )
    assert (timeline.kind, timeline.execution) == ("deploy", "x-e1-g3-a1")
    assert (timeline.went_wrong, timeline.standing) == (False, None)
    assert store.timeline(owner, 4) is None


def test_error_stands_until_its_step_is_done(store: DynamoRecords, owner: str) -> None:
    first, later = "2026-01-01T00:00:01.000Z", "2026-01-01T00:00:02.000Z"
    store.commit(OpenTimeline(owner, a_work(3), first))
    store.mark_step(owner, 3, TimelineStep("A", "failed", first, first, "why", code="c"))
    store.mark_step(owner, 3, TimelineStep("Undo", "failed", later, later, "once", code="u"))
    store.mark_step(owner, 3, TimelineStep("Undo", "undone", later, later))

    timeline = store.timeline(owner, 3)

    assert timeline is not None
    assert timeline.standing == TimelineStep("A", "failed", first, first, "why", code="c")
    assert timeline.went_wrong


def test_step_of_no_work_is_stale(store: DynamoRecords, owner: str) -> None:
    with pytest.raises(Stale):
        store.mark_step(owner, 1, TimelineStep("A", "running", now()))
    assert store.timeline(owner, 1) is None


def test_steps_that_are_written_at_once_are_all_kept(store: DynamoRecords, owner: str) -> None:
    store.commit(OpenTimeline(owner, a_work(), now()))

    at_once(TAKERS, lambda n: store.mark_step(owner, 1, TimelineStep(f"S{n:02}", "done", now())))

    timeline = store.timeline(owner, 1)
    assert timeline is not None
    assert sorted(step.name for step in timeline.steps) == [f"S{n:02}" for n in range(TAKERS)]


def route_of(store: DynamoRecords, host: str) -> tuple[str, int, int] | None:
    """The address, port and version of a host name's route."""
    if isinstance(store, FakeRecords):
        route = store.routes.get(host)
        return (route.address, route.port, route.version) if route else None
    key = {"shard": {"S": shard_of(host)}, "host": {"S": host}}
    item = boto3.client("dynamodb").get_item(TableName="test-routes", Key=key).get("Item")
    if item is None:
        return None
    return item["address"]["S"], int(item["port"]["N"]), int(item["version"]["N"])


def changes_of(store: DynamoRecords, shard: str) -> int:
    if isinstance(store, FakeRecords):
        return store.route_changes.get(shard, 0)
    key = {"shard": {"S": shard}, "host": {"S": "#version"}}
    item = boto3.client("dynamodb").get_item(TableName="test-routes", Key=key).get("Item")
    return int(item["counter"]["N"]) if item else 0


def test_routes_of_one_shard_change_together_and_are_told_once(
    store: DynamoRecords, owner: str
) -> None:
    shard = shard_of(f"{owner}.test")
    same = [h for n in range(500) if shard_of(h := f"{n}.{owner}.test") == shard][:2]
    hosts = [f"{owner}.test", *same]
    before = changes_of(store, shard)

    store.commit(*(SetRoute(h, "dep", "running", "10.0.0.1", 30000, now()) for h in hosts))

    assert changes_of(store, shard) == before + 1
    assert route_of(store, hosts[2]) == ("10.0.0.1", 30000, 1)
    store.commit(*(RemoveRoute(h) for h in hosts))
    assert changes_of(store, shard) == before + 2
    assert [route_of(store, h) for h in hosts] == [None, None, None]


def test_holders_of_many_keys_are_read_together(store: DynamoRecords, owner: str) -> None:
    keys = tuple(str(n) for n in range(150))
    store.commit(*(Reserve(f"port#{owner}#{n}", f"holder-{n}") for n in (3, 149)))

    found = store.reservations(f"port#{owner}#", keys)

    assert found == {"3": "holder-3", "149": "holder-149"}


def test_counters_are_read_together(store: DynamoRecords, owner: str) -> None:
    keys = tuple(f"capacity#{owner}#{n}" for n in range(150))
    store.commit(Count(keys[3], 2), Count(keys[149], 0.5))

    found = store.counters(keys)

    assert set(found) == set(keys)
    assert {key: value for key, value in found.items() if value} == {keys[3]: 2, keys[149]: 0.5}
    assert store.counters(()) == {}
