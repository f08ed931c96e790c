"""The installation's account at the certificate authority, made by whoever needs it first."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.errors import AccountUnknown, AuthorityUnavailable
from chalicelib.ports.records import Create
from chalicelib.runtime import wiring
from chalicelib.services.domains.authority_accounts import (
    KEY,
    account_id,
    account_url,
    authority_of,
)
from infra.faults.simulated.ports import OpenSeal
from tests.fakes.authority import FakeAuthority
from tests.fakes.records import FakeRecords

DIRECTORY = "https://authority.test/dir"


class Tools:
    """The few ports that an account needs; each key is an authority's account of its own."""

    def __init__(self) -> None:
        self.store = FakeRecords(wiring.now)
        self.fake = FakeAuthority()
        self.keys: list[str] = []
        self.now = wiring.now

    def settings(self) -> Any:
        return SimpleNamespace(authority_url=DIRECTORY, authority_contact="owner@example.com")

    def records(self) -> Any:
        return self.store

    def seal(self) -> Any:
        return OpenSeal()

    def authority(self, key: str, account: str = "") -> Any:
        self.keys.append(key)
        return self.fake


def used(tools: Any) -> None:
    with authority_of(tools):
        """Nothing is asked."""


def test_account_is_made_and_registered_once() -> None:
    tools: Any = Tools()
    assert account_url(tools) == ""

    used(tools)
    used(tools)

    assert tools.fake.accounts == ["owner@example.com"]
    assert len(set(tools.keys)) == 1
    assert account_url(tools).startswith("https://")
    record = tools.store.get(account_id(DIRECTORY))
    assert "PRIVATE KEY" not in repr(record)


def test_who_comes_second_at_one_moment_takes_the_first_ones_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tools: Any = Tools()
    commit = tools.store.commit

    def overtaken(*writes: Any) -> None:
        if isinstance(writes[0], Create):
            monkeypatch.setattr(tools.store, "commit", commit)
            used(tools)
        commit(*writes)

    monkeypatch.setattr(tools.store, "commit", overtaken)

    used(tools)

    record = tools.store.get(account_id(DIRECTORY))
    kept = tools.seal().open(record.sealed[KEY], record=record.id, field=KEY)
    assert set(tools.keys) == {kept}


def test_account_that_the_authority_forgot_is_registered_with_the_same_key() -> None:
    tools: Any = Tools()
    with pytest.raises(AuthorityUnavailable), authority_of(tools):
        raise AccountUnknown("Who are you?")
    assert account_url(tools) == ""

    used(tools)

    assert len(tools.fake.accounts) == 2
    assert len(set(tools.keys)) == 1


def test_each_authority_has_an_account_of_its_own() -> None:
    assert account_id(DIRECTORY) != account_id("https://other.test/dir")
