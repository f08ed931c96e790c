"""Certificates of domains: an authority that is away, forgets, or makes them wait."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import AccountUnknown, AuthorityUnavailable, OrderInvalid, RateLimited
from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from chalicelib.services.domains.authority_accounts import account_id
from infra.packaging.template import state_functions
from tests.statemachines.certifying import again, made, record, tended
from tests.statemachines.test_failures import FOR_GOOD
from tests.world import World


def test_account_is_made_once_and_used_again(here: World) -> None:
    tended(made(here))
    tended(made(here, "other.example.com"))

    assert len(here.authority.accounts) == 1
    account = record(account_id(wiring.settings().authority_url))
    assert account.owner == "hoster"
    assert "PRIVATE" not in repr(account)


def test_account_that_the_authority_forgot_is_registered_again(here: World) -> None:
    here.authority.fails["order"] = [AccountUnknown("Who are you?")]

    found = tended(made(here))

    assert found.attributes["certificate"]
    assert len(here.authority.accounts) == 2


def test_pause_that_the_authority_asks_for_is_kept(here: World) -> None:
    domain = made(here)
    here.authority.fails["order"] = [RateLimited("A week.", retry_after=7 * 86_400)]
    at = wiring.now()

    found = tended(domain)

    assert found.attributes["certificate_error_code"] == "rate_limited"
    wait = clock.seconds_between(at, found.attributes["certificate_due_at"])
    assert wait == pytest.approx(7 * 86_400, abs=60)
    assert again(here, domain).attributes["certificate"]


def test_budget_of_orders_is_counted_before_the_authority_does(here: World) -> None:
    domain = made(here)
    here.authority.answers = {}
    for _ in range(5):
        assert tended(domain).attributes["certificate_error_code"] == "challenge_failed"
        wiring.records().commit(
            Change(of=record(domain), attributes={"certificate_due_at": wiring.now()})
        )

    found = tended(domain)

    assert found.attributes["certificate_error_code"] == "rate_limited"
    assert "The budget of" in found.attributes["certificate_error"]
    assert here.invoked[-2:] == ["Preflight", "UndoCertify"]


@pytest.mark.parametrize("call", ["register", "order", "look", "begin", "finalize", "certificate"])
def test_authority_that_is_away_for_a_moment_is_asked_again(here: World, call: str) -> None:
    here.authority.fails[call] = [AuthorityUnavailable("Not now.")]

    assert tended(made(here)).attributes["certificate"]


@pytest.mark.parametrize("call", ["register", "order", "look", "begin", "finalize", "certificate"])
def test_authority_that_stays_away_is_told(here: World, call: str) -> None:
    domain = made(here)
    here.authority.fails[call] = [AuthorityUnavailable("Not now.")] * 20

    found = tended(domain)

    assert found.attributes["certificate_error_code"] == "authority_unavailable"
    here.authority.fails.clear()
    assert again(here, domain).attributes["certificate"]


def test_order_that_vanished_at_the_authority_is_made_anew(here: World) -> None:
    domain = made(here)
    here.before["AwaitValidation"] = here.authority.forget

    found = tended(domain)

    assert found.attributes["certificate_error_code"] == OrderInvalid.code
    assert again(here, domain).attributes["certificate"]


def test_authority_that_takes_its_time_is_told_of_the_proof_once(here: World) -> None:
    here.authority.looks = 6

    assert tended(made(here)).attributes["certificate"]
    assert here.invoked.count("AwaitValidation") > 5
    assert here.authority.begins == ["token-1"]


def test_authority_that_was_not_told_before_a_crash_is_told_by_the_next_try(here: World) -> None:
    domain = made(here)
    told = here.authority.begin

    def lost(challenge: Any) -> None:
        here.authority.begin = told  # type: ignore[method-assign]
        raise RuntimeError(challenge.token)

    here.authority.begin = lost  # type: ignore[method-assign]

    assert tended(domain).attributes["certificate_error_code"] == "step_broken"
    assert again(here, domain).attributes["certificate"]
    assert here.authority.begins == ["token-1"]


def test_authority_that_hears_nothing_is_told_twice_and_no_more(here: World) -> None:
    domain = made(here)
    order: Any = {"generation": 1, "id": domain, "kind": "certify"}
    here.authority.looks = 1000
    begin = state_functions("certify")["AwaitValidation"]

    def asks() -> None:
        for _ in range(5):
            _, failed = here.invoke(begin, json.dumps(order))
            assert not failed
            here.skew += 30
        here.authority.looks = 1

    here.before["AwaitValidation"] = asks

    assert tended(domain).attributes["certificate"]
    assert here.authority.begins == ["token-1"] * 2


def test_order_at_an_authority_that_is_ours_no_longer_is_dropped(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = made(here)
    here.kills = {"AwaitValidation": FOR_GOOD}
    tended(domain)
    here.kills = {}
    known = wiring.settings().model_copy(update={"authority_url": "https://other.test/directory"})
    monkeypatch.setattr(wiring, "settings", lambda: known)

    assert again(here, domain).attributes["certificate"]

    assert (len(here.authority.orders), len(here.authority.accounts)) == (2, 2)
    assert here.authority.begins == ["token-2"]
