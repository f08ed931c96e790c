"""The store's contract: the journal, the trails through it and the timelines of work."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.domain.errors import BadRequest, Stale
from chalicelib.ports.records import Journal, OpenTimeline, Span, TimelineStep, Trail
from tests.contract.recorded import TAKERS, a_work, at_once, now, owner, store
from tests.fakes.records import FakeRecords

__all__ = ["owner", "store"]


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
