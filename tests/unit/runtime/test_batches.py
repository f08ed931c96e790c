"""What is processed one by one: outcomes counted, failures told, and nothing kept waiting."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextvars import ContextVar
from unittest import mock

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.runtime import batches
from chalicelib.runtime.batches import Batch, Deadline, process_each
from chalicelib.runtime.messages import process_messages, read_messages

UNAVAILABLE = Unavailable("").error_code
CALLER: ContextVar[str] = ContextVar("caller")


@pytest.fixture
def log() -> Iterator[mock.Mock]:
    """What is logged."""
    with mock.patch.object(batches, "logger") as logger:
        yield logger


def worked(item: str) -> str:
    """Work, but for what is away or broken."""
    if item == "away":
        raise Unavailable("It is away.")
    if item == "broken":
        raise KeyError(item)
    return "done"


def process(*items: str, at_once: int = 1) -> Batch[str]:
    return process_each(
        items,
        worked,
        error="not_worked",
        about=lambda item: {"item": item},
        at_once=at_once,
    )


@pytest.mark.parametrize("at_once", [1, 4])
def test_what_fails_keeps_no_other_one_waiting(log: mock.Mock, at_once: int) -> None:
    batch = process("a", "away", "broken", "b", at_once=at_once)

    assert batch == Batch(Counter(done=2, failed=2), ["away", "broken"])


@pytest.mark.parametrize("at_once", [1, 4])
def test_refusal_is_a_warning_with_its_code(log: mock.Mock, at_once: int) -> None:
    process("away", "a", at_once=at_once)

    assert log.mock_calls == [
        mock.call.warning("not_worked", extra={"item": "away", "code": UNAVAILABLE})
    ]


@pytest.mark.parametrize("at_once", [1, 4])
def test_any_other_error_is_logged_with_its_trace(log: mock.Mock, at_once: int) -> None:
    process("broken", "a", at_once=at_once)

    assert log.mock_calls == [mock.call.exception("not_worked", extra={"item": "broken"})]


def test_log_names_nothing_unless_it_is_said(log: mock.Mock) -> None:
    process_each(["away", "broken"], worked, error="not_worked")

    assert log.mock_calls == [
        mock.call.warning("not_worked", extra={"code": UNAVAILABLE}),
        mock.call.exception("not_worked", extra={}),
    ]


def test_outcome_may_be_counts_of_several() -> None:
    batch = process_each([1, 2], lambda item: Counter(seen=item, lost=0), error="not_seen")

    assert dict(batch.outcomes) == {"seen": 3}
    assert batch.failed == []


def test_failure_has_the_name_that_it_is_given_and_may_be_answered(log: mock.Mock) -> None:
    batch = process_each(
        ["away", "failed", "lost"],
        lambda item: item if item != "away" else worked(item),
        error="not_worked",
        failed_as="lost",
    )

    assert batch == Batch(Counter(lost=2, failed=1), ["away", "lost"])


def test_what_is_done_about_an_error_says_the_outcome(log: mock.Mock) -> None:
    batch = process_each(["away", "broken"], worked, error="not_worked", broken=lambda _: "put_off")

    assert batch == Batch(Counter(failed=1, put_off=1), ["away"])


@pytest.mark.parametrize("item", ["away", "broken"])
def test_what_is_done_about_an_error_may_fail_too(log: mock.Mock, item: str) -> None:
    batch = process_each(["broken", "a"], worked, error="not_worked", broken=lambda _: worked(item))

    assert batch == Batch(Counter(failed=1, done=1), ["broken"])


def test_items_are_read_as_it_goes() -> None:
    seen = list[str]()

    def items() -> Iterator[str]:
        for item in ("a", "b"):
            seen.append(f"read {item}")
            yield item

    process_each(items(), lambda item: seen.append(item) or "done", error="not_worked")  # type: ignore[func-returns-value]

    assert seen == ["read a", "a", "read b", "b"]


def test_several_are_processed_at_the_same_time_for_the_same_caller() -> None:
    met = threading.Barrier(3, timeout=10)
    CALLER.set("hoster")

    def meet(_: int) -> str:
        met.wait()
        return CALLER.get()

    batch = process_each(range(3), meet, error="not_met", at_once=3)

    assert batch.outcomes == {"hoster": 3}


@pytest.mark.parametrize(
    ("instead", "outcomes"), [("gave_up", {"done": 1, "gave_up": 1}), ("away", {"done": 1})]
)
def test_what_does_not_end_in_its_time_is_not_waited_for(
    log: mock.Mock, instead: str, outcomes: dict[str, int]
) -> None:
    released = threading.Event()

    def work(item: str) -> str:
        if item == "slow":
            released.wait(10)
        return "done"

    def give_up(item: str) -> str:
        return instead if instead == "gave_up" else worked(instead)

    begun = time.monotonic()
    batch = process_each(
        ["slow", "a"],
        work,
        error="not_worked",
        at_once=2,
        deadline=Deadline(0.1, instead=give_up),
    )
    released.set()

    assert time.monotonic() - begun < 5
    assert {name: batch.outcomes[name] for name in outcomes} == outcomes
    assert batch.failed == (["slow"] if instead == "away" else [])


def test_deadline_holds_for_one_alone() -> None:
    released = threading.Event()
    batch = process_each(
        ["slow"],
        lambda _: str(released.wait(10)),
        error="not_worked",
        deadline=Deadline(0.05, instead=lambda _: "gave_up"),
    )
    released.set()

    assert batch.outcomes == {"gave_up": 1}


@pytest.mark.parametrize("at_once", [1, 4])
def test_nothing_comes_of_nothing(at_once: int) -> None:
    assert process(at_once=at_once) == Batch(Counter(), [])


def an_event(*bodies: str) -> dict[str, list[dict[str, str]]]:
    records = [{"messageId": f"id-{body}", "body": body} for body in bodies]
    return {"Records": records}


def a_word(message: object) -> str:
    if not isinstance(message, str):
        raise ValueError("no word")
    return message


def test_messages_that_fail_or_cannot_be_read_come_again(log: mock.Mock) -> None:
    said = [json.dumps(word) for word in ("away", 5, "a", "broken")]

    outcomes, failures = process_messages(
        an_event(*said, "{"),
        a_word,
        worked,
        error="not_worked",
        about=lambda word: {"word": word},
    )

    assert outcomes == {"done": 1, "failed": 2}
    again = ['id-"away"', "id-5", 'id-"broken"', "id-{"]
    assert failures == [{"itemIdentifier": one} for one in again]
    assert log.exception.mock_calls == [mock.call("not_worked", extra={"word": "broken"})]


def test_messages_are_read_in_their_order_and_what_is_none_comes_again() -> None:
    messages, unread = read_messages(an_event('"a"', "5", '"b"'), a_word)

    assert messages == ["a", "b"]
    assert unread == [{"itemIdentifier": "id-5"}]
