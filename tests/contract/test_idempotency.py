"""Repeated requests against the local AWS: one of a hundred does it, and all choose one id."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import pytest
from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyValidationError,
)

from chalicelib.adapters.records.intents import DynamoIntents, persistence
from chalicelib.adapters.records.tables import Tables, tables
from chalicelib.runtime.idempotency import _Lifetime
from tests.contract.emulated import local_aws

CALLERS = 100


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    with local_aws(tmp_path_factory.mktemp("idempotency")):
        tables.cache_clear()
        yield tables("test", "us-east-1")
        tables.cache_clear()


@dataclass
class Work:
    """Something that is done once; it counts how often it is."""

    store: Tables
    seconds: float = 0.0
    lifetime: int = 15
    done: list[str] = field(default_factory=list)

    def once(self, request: str, body: str = "b") -> Any:
        def run(*, marks: dict[str, str]) -> dict[str, str]:
            self.done.append(marks["request"])
            time.sleep(self.seconds)
            return {"answer": request}

        config = IdempotencyConfig(
            event_key_jmespath="request",
            payload_validation_jmespath="body",
            hash_function="sha256",
            lambda_context=_Lifetime(self.lifetime),  # type: ignore[arg-type]
        )
        return idempotent_function(
            run,
            data_keyword_argument="marks",
            persistence_store=persistence(self.store),
            config=config,
            key_prefix="answer",
        )(marks={"request": request, "body": body})


def test_one_of_a_hundred_at_one_moment_does_it(store: Tables) -> None:
    work = Work(store, seconds=0.5)

    def asks(_number: int) -> str:
        try:
            return str(work.once("together")["answer"])
        except IdempotencyAlreadyInProgressError:
            return "wait"

    with ThreadPoolExecutor(20) as pool:
        said = list(pool.map(asks, range(CALLERS)))

    assert work.done == ["together"]
    assert set(said) <= {"together", "wait"}
    assert work.once("together") == {"answer": "together"}
    assert work.done == ["together"]


def test_same_request_with_another_body_is_told_apart(store: Tables) -> None:
    work = Work(store)
    work.once("bodies")

    with pytest.raises(IdempotencyValidationError):
        work.once("bodies", body="other")


def test_lock_ends_with_the_functions_lifetime(store: Tables) -> None:
    class Killed(BaseException):
        pass

    dying = Work(store, lifetime=1)

    def die(_seconds: float) -> None:
        raise Killed

    with mock.patch.object(time, "sleep", die), pytest.raises(Killed):
        dying.once("killed")

    work = Work(store)
    with pytest.raises(IdempotencyAlreadyInProgressError):
        work.once("killed")
    end = time.monotonic() + 10
    while not work.done:
        assert time.monotonic() < end
        try:
            work.once("killed")
        except IdempotencyAlreadyInProgressError:
            time.sleep(0.1)
    assert work.done == ["killed"]


def test_of_a_hundred_that_choose_one_id_all_are_given_the_same(store: Tables) -> None:
    intents = DynamoIntents(store)

    with ThreadPoolExecutor(20) as pool:
        chosen = set(pool.map(lambda n: intents.choose("r", f"id-{n}", seconds=60), range(CALLERS)))

    assert len(chosen) == 1
    assert intents.choose("other", "id-x", seconds=60) == "id-x"


def test_choice_that_has_expired_is_made_anew(store: Tables) -> None:
    intents = DynamoIntents(store)

    assert intents.choose("old", "first", seconds=-5) == "first"
    assert intents.choose("old", "second", seconds=60) == "second"
    assert intents.choose("old", "third", seconds=60) == "second"
