"""Links for new passwords against the local AWS: one of many at one moment takes a link."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.adapters.records.resets import DynamoResets
from chalicelib.adapters.records.tables import tables
from tests.contract.emulated import local_aws

NOW = 1_900_000_000
END, UNTIL = NOW + 1800, NOW + 70
AT_ONCE = 20


@pytest.fixture(scope="module")
def resets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DynamoResets]:
    with local_aws(tmp_path_factory.mktemp("resets")):
        tables.cache_clear()
        yield DynamoResets(tables("test", "us-east-1"))
        tables.cache_clear()


@pytest.fixture
def account() -> str:
    return uuid.uuid4().hex


def test_link_is_used_once(resets: DynamoResets, account: str) -> None:
    resets.issue(account, "one", END)
    assert resets.standing(account, "one", NOW) == "open"

    assert resets.hold(account, "one", NOW, UNTIL) == "open"
    assert resets.hold(account, "one", NOW, UNTIL) == "held"
    resets.use(account, "one")

    assert resets.hold(account, "one", UNTIL, END) == "used"
    assert resets.standing(account, "one", NOW) == "used"


def test_of_many_at_one_moment_one_takes_it(resets: DynamoResets, account: str) -> None:
    resets.issue(account, "one", END)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda _: resets.hold(account, "one", NOW, UNTIL), range(AT_ONCE)))

    assert sorted(found) == ["held"] * (AT_ONCE - 1) + ["open"]


def test_link_that_was_given_back_is_open(resets: DynamoResets, account: str) -> None:
    resets.issue(account, "one", END)
    resets.hold(account, "one", NOW, UNTIL)

    resets.give_back(account, "one")

    assert resets.standing(account, "one", NOW) == "open"
    assert resets.hold(account, "one", NOW, UNTIL) == "open"


def test_link_that_nobody_knows_of_can_be_taken_again_later(
    resets: DynamoResets, account: str
) -> None:
    resets.issue(account, "one", END)
    resets.hold(account, "one", NOW, UNTIL)

    assert resets.standing(account, "one", UNTIL - 1) == "held"
    assert resets.standing(account, "one", UNTIL) == "doubtful"
    assert resets.hold(account, "one", UNTIL, UNTIL + 70) == "open"


def test_used_link_is_not_given_back(resets: DynamoResets, account: str) -> None:
    resets.issue(account, "one", END)
    resets.hold(account, "one", NOW, UNTIL)
    resets.use(account, "one")

    resets.give_back(account, "one")

    assert resets.standing(account, "one", NOW) == "used"


def test_newer_link_replaces_an_older_one(resets: DynamoResets, account: str) -> None:
    resets.issue(account, "one", END)
    resets.hold(account, "one", NOW, UNTIL)

    resets.issue(account, "two", END)
    resets.use(account, "one")
    resets.give_back(account, "one")

    assert resets.hold(account, "one", NOW, UNTIL) == "unknown"
    assert resets.standing(account, "two", NOW) == "open"


def test_link_ends_at_its_end_and_of_nobody_there_is_none(
    resets: DynamoResets, account: str
) -> None:
    assert resets.hold(account, "one", NOW, UNTIL) == "unknown"
    resets.issue(account, "one", END)

    assert resets.hold(account, "one", END, END + 70) == "unknown"
    assert resets.standing(account, "one", END) == "unknown"
