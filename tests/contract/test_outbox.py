"""The outbox of usage events, on the local AWS and in its twin in memory."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.adapters.records import outbox as adapter
from chalicelib.adapters.records.outbox import DynamoOutbox, shard_of
from chalicelib.domain import clock, ids
from chalicelib.domain.errors import BadRequest
from chalicelib.ports.metering import Rejection
from chalicelib.ports.outbox import ToldUsage
from chalicelib.ports.records import Span, Usage
from tests.contract.stores import KINDS, store_of
from tests.fakes import outbox as fake
from tests.fakes.outbox import FakeOutbox
from tests.fakes.records import FakeRecords

LATER = "2026-03-01T00:00:00.000Z"
REFUSED = Rejection("user_not_found", "User 'x' does not exist")


def now() -> str:
    return clock.text_of(datetime.now(UTC))


@pytest.fixture(scope="module", params=KINDS)
def store(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with store_of(request.param, tmp_path_factory.mktemp("outbox"), now) as found:
        yield found


@pytest.fixture
def outbox(store: Any) -> Any:
    is_fake = isinstance(store, FakeRecords)
    return FakeOutbox(store.outbox) if is_fake else DynamoOutbox(store.tables)


@pytest.fixture
def owner() -> str:
    return f"owner-{secrets.token_hex(8)}"


def used(owner: str, number: int = 0, **changes: Any) -> Usage:
    """An event that is the later the higher its number."""
    milliseconds = time.time_ns() // 1_000_000 + 10 * number
    given: dict[str, Any] = {
        "id": ids.time_ordered("evt_", milliseconds, secrets.token_bytes(4)),
        "user": owner,
        "event": "deployment.started",
        "resource": "depl_1",
        "resource_type": "deployment",
        "at": "2026-02-01T00:00:00.000Z",
        "quantity": 1.5,
        "metadata": {"node": "node_1"},
    }
    return Usage(**(given | changes))


def put(store: Any, owner: str, count: int) -> list[Usage]:
    """So many events of an account, the last one told first."""
    events = [used(owner, number) for number in range(count)]
    for event in reversed(events):
        store.commit(event)
    return events


def waiting(outbox: Any, owner: str) -> list[Usage]:
    """What waits of one account: others may share its shard."""
    found = outbox.waiting(shard_of(owner), limit=1000)
    return [event for event in found if event.user == owner]


def tells(outbox: Any, owner: str, wanted: list[ToldUsage], **asked: Any) -> None:
    """Wait until these events are told, and no others: an index follows its table."""
    end = time.monotonic() + 10
    while (found := [*outbox.told(owner, **{"limit": 200, **asked}).events]) != wanted:
        assert time.monotonic() < end, found
        time.sleep(0.05)


def test_what_waits_is_read_in_order_a_page_at_a_time(store: Any, outbox: Any, owner: str) -> None:
    events = put(store, owner, 5)
    shard = shard_of(owner)

    assert waiting(outbox, owner) == events
    behind = outbox.waiting(shard, after=events[1].id, limit=2)
    assert list(behind) == events[2:4]
    assert outbox.waiting(shard, after=events[4].id, limit=2) == ()


def test_what_was_delivered_waits_no_longer_and_is_its_owners(
    store: Any, outbox: Any, owner: str
) -> None:
    events = put(store, owner, 3)

    outbox.deliver(events[:2], at=LATER)

    assert waiting(outbox, owner) == events[2:]
    tells(
        outbox,
        owner,
        [
            ToldUsage(events[2]),
            ToldUsage(events[1], LATER),
            ToldUsage(events[0], LATER),
        ],
    )


def test_many_are_delivered_at_once(store: Any, outbox: Any, owner: str) -> None:
    events = put(store, owner, 120)

    outbox.deliver(events, at=LATER)

    assert waiting(outbox, owner) == []
    tells(outbox, owner, [ToldUsage(event, LATER) for event in reversed(events)])


def test_what_is_refused_is_kept_with_the_reason(store: Any, outbox: Any, owner: str) -> None:
    bad, good, late = put(store, owner, 3)

    outbox.reject(bad, REFUSED, at=LATER)
    outbox.deliver([good], at=LATER)

    assert waiting(outbox, owner) == [late]
    tells(outbox, owner, [ToldUsage(bad, LATER, REFUSED)], status="rejected")
    tells(outbox, owner, [ToldUsage(late)], status="undelivered")


def test_verdict_is_given_once(store: Any, outbox: Any, owner: str) -> None:
    """Who comes second changes nothing, and of many takes what is still there."""
    first, second = put(store, owner, 2)
    outbox.deliver([first], at=LATER)

    outbox.reject(first, REFUSED, at="2026-04-01T00:00:00.000Z")
    outbox.deliver([first, second], at="2026-04-01T00:00:00.000Z")

    assert waiting(outbox, owner) == []
    tells(
        outbox,
        owner,
        [
            ToldUsage(second, "2026-04-01T00:00:00.000Z"),
            ToldUsage(first, LATER),
        ],
    )


def test_what_was_never_there_is_not_delivered_alone(outbox: Any, owner: str) -> None:
    """The owner's part is written on condition of the outbox's, not beside it."""
    never = used(owner)

    outbox.deliver([never], at=LATER)

    tells(outbox, owner, [])


def test_pages_lead_to_each_other_across_what_waits_and_what_is_judged(
    store: Any, outbox: Any, owner: str
) -> None:
    events = put(store, owner, 5)
    outbox.deliver(events[:3:2], at=LATER)
    states = [LATER, None, LATER, None, None]
    tells(outbox, owner, [ToldUsage(*one) for one in zip(events, states, strict=True)][::-1])

    first = outbox.told(owner, limit=2)
    second = outbox.told(owner, limit=2, after=first.after)
    third = outbox.told(owner, limit=2, after=second.after)
    back = outbox.told(owner, limit=2, before=third.before)

    assert first.before is None
    assert third.after is None
    pages = [[one.usage.id for one in page.events] for page in (first, second, third, back)]
    newest = [event.id for event in reversed(events)]
    assert pages == [newest[:2], newest[2:4], newest[4:], newest[2:4]]


def test_events_of_a_choice_are_told_alone_page_by_page(
    store: Any, outbox: Any, owner: str
) -> None:
    kinds = ["deployment.started", "bandwidth.gb", "bandwidth.gb", "bandwidth.gb"]
    events = [
        used(owner, number, event=kinds[number % 4], resource=f"depl_{number % 2}")
        for number in range(8)
    ]
    store.commit(*events)
    tells(outbox, owner, [ToldUsage(one) for one in reversed(events)])
    outbox.deliver(events[:5], at=LATER)
    asked = {"event": "bandwidth.gb", "resource": "depl_1"}
    wanted = [events[place].id for place in (7, 5, 3, 1)]

    first = outbox.told(owner, limit=3, **asked)
    second = outbox.told(owner, limit=3, after=first.after, **asked)
    back = outbox.told(owner, limit=3, before=second.before, **asked)

    pages = [[one.usage.id for one in page.events] for page in (first, second, back)]
    assert pages == [wanted[:3], wanted[3:], wanted[:3]]
    assert (first.before, second.after) == (None, None)


def test_page_of_a_choice_looks_through_a_bounded_number_of_events(
    store: Any, outbox: Any, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (adapter, fake):
        monkeypatch.setattr(module, "MOST_READ", 4)
    events = put(store, owner, 6)
    tells(outbox, owner, [ToldUsage(one) for one in reversed(events)])

    first = outbox.told(owner, limit=2, resource="another")
    second = outbox.told(owner, limit=2, resource="another", after=first.after)

    assert (first.events, first.after) == ((), events[2].id)
    assert (second.events, second.after) == ((), None)


def test_span_holds_what_was_used_within_it(store: Any, outbox: Any, owner: str) -> None:
    events = put(store, owner, 4)
    tells(outbox, owner, [ToldUsage(one) for one in reversed(events)])
    times = [int(one.id.removeprefix("evt_")[:12], 16) for one in events]

    def within(**bounds: int) -> list[str]:
        return [o.usage.id for o in outbox.told(owner, limit=9, span=Span(**bounds)).events]

    newest = [event.id for event in reversed(events)]
    assert within(since=times[1], until=times[3]) == newest[1:3]
    assert within(since=times[3]) == newest[:1]
    assert within(since=times[3], until=times[1]) == []


def test_others_events_are_not_told(store: Any, outbox: Any, owner: str) -> None:
    put(store, f"{owner}x", 1)

    tells(outbox, owner, [])
    tells(outbox, owner, [], status="undelivered")


@pytest.mark.parametrize("cursor", ["", "x", "evt_", "evt_" + "g" * 20, "\udcff"])
def test_cursor_that_is_not_ours_is_refused(outbox: Any, owner: str, cursor: str) -> None:
    with pytest.raises(BadRequest) as after:
        outbox.told(owner, limit=2, after=cursor)
    with pytest.raises(BadRequest) as before:
        outbox.told(owner, limit=2, before=cursor)

    assert (after.value.parameter, before.value.parameter) == ("page[after]", "page[before]")
