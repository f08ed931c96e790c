"""Certificates of domains: every outcome as the list of states entered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain import clock
from chalicelib.domain.certificates import RETRIES, renewal_at
from chalicelib.domain.routes import CERTIFICATE_KEY, CERTIFICATES, shard_of
from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from chalicelib.services.domains import certifying
from chalicelib.services.domains.issuing import ORDER
from chalicelib.services.work.work import cancel_work
from infra.packaging.template import state_functions
from tests.statemachines.certifying import (
    HOST,
    PROXY,
    STEPS,
    UNDONE,
    WHOLE,
    again,
    challenges,
    made,
    record,
    settled,
    tended,
)
from tests.statemachines.test_failures import FOR_GOOD
from tests.world import World, _of_routes


def test_verified_domain_gets_a_certificate_that_the_proxies_serve(here: World) -> None:
    domain = made(here)

    found = tended(domain)

    assert here.states_of(domain) == WHOLE
    known = found.attributes
    assert found.status == "verified"
    assert known["certificate"]["fingerprint"] == _of_routes(CERTIFICATES, HOST, "fingerprint")
    assert _of_routes(shard_of(HOST), HOST, "certificate") == known["certificate"]["fingerprint"]
    assert known["ssl_enabled"]
    assert known["ssl_expires_at"] == known["certificate"]["not_after"]
    due = renewal_at(known["certificate"]["not_before"], known["certificate"]["not_after"])
    assert known["certificate_due_at"] == known["due_at"] == due
    assert known["certificate_error"] is None
    assert all(verdict["ok"] for verdict in known["certificate_preflight"])
    assert [verdict["check"] for verdict in known["certificate_preflight"]] == [
        *("name", "caa", "address", "port", "budget")
    ]
    # Nothing of the order is left, and the key is where the proxies find it alone.
    assert (known[ORDER], found.sealed, challenges()) == (None, {}, set())
    sealed = _of_routes(CERTIFICATES, HOST, "key") or ""
    assert _of_routes(CERTIFICATES, HOST, "bound_to") == domain
    assert "BEGIN PRIVATE KEY" not in sealed
    opened = wiring.seal().open(sealed, record=domain, field=CERTIFICATE_KEY)
    assert "BEGIN PRIVATE KEY" in opened


def test_no_secret_is_in_what_is_told_of_the_work(here: World) -> None:
    domain = made(here)
    tended(domain)

    timeline = wiring.records().timeline(domain, 1)
    journal = wiring.records().journal(domain, limit=50)

    text = repr((timeline, journal, record(domain).attributes))
    assert not [word for word in ("token-1", "PRIVATE KEY", "thumb") if word in text]
    assert [entry.name for entry in journal] == ["certificate_served", "certify_begun"]


def test_domain_that_waits_for_its_proof_gets_none(here: World) -> None:
    domain = made(here)
    wiring.records().commit(Change(of=record(domain), status="failing"))

    assert tended(domain).generation == 0


def test_certificate_is_renewed_with_a_third_of_its_life_left(here: World) -> None:
    domain = made(here)
    first = tended(domain).attributes["certificate"]["fingerprint"]
    assert tended(domain).generation == 1, "it is not due"
    here.authority.seconds = 61 * 86_400

    found = again(here, domain)

    assert found.attributes["certificate"]["fingerprint"] != first
    assert found.attributes["certificate"]["fingerprint"] == _of_routes(
        CERTIFICATES, HOST, "fingerprint"
    )
    assert here.authority.issued == [HOST, HOST]


def test_proof_that_the_authority_does_not_find_is_told_and_tried_again(here: World) -> None:
    domain = made(here)
    published, here.authority.answers = here.authority.answers, {}

    found = tended(domain)

    known = found.attributes
    assert here.states_of(domain) == [*WHOLE[:4], *UNDONE]
    assert (found.status, known["certificate_error_code"]) == ("verified", "challenge_failed")
    assert "could not see the proof" in known["certificate_error"]
    assert known["certificate_due_at"] in known["certificate_error"]
    assert known.get("certificate") is None
    assert challenges() == set()
    assert known["due_at"] == known["certificate_due_at"]
    here.authority.answers = published
    found = again(here, domain)
    assert found.attributes["certificate"]
    assert (found.attributes["certificate_error"], found.attributes["certificate_failures"]) == (
        None,
        0,
    )
    assert len(here.authority.orders) == 2, "an order that failed is over"


def test_tries_come_further_and_further_apart(here: World) -> None:
    domain = made(here)
    here.dns.says(HOST, "A", "198.51.100.1")
    waits = []

    for _ in range(len(RETRIES) + 1):
        at = wiring.now()
        found = tended(domain)
        waits.append(clock.seconds_between(at, found.attributes["certificate_due_at"]))
        here.skew += waits[-1] + 1

    assert [round(wait, -2) for wait in waits] == [3600, 10800, 43200, 86400, 86400]
    assert here.authority.orders == {}, "the authority is not asked for what it would refuse"


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (
            lambda here: here.dns.says("example.com", "CAA", '0 issue "other.test"'),
            "caa_forbids",
            'Add to example.com a CAA record: 0 issue "letsencrypt.org"',
        ),
        (
            lambda here: here.dns.says(HOST, "AAAA", "2001:db8::1"),
            "preflight_failed",
            "Remove the AAAA records of 2001:db8::1",
        ),
        (lambda here: here.dns.forgets(HOST), "preflight_failed", "has no address"),
        (
            lambda here: here.probes.silent.add(PROXY),
            "preflight_failed",
            "Nothing answers for shop.example.com on port 80",
        ),
        (
            lambda here: here.probes.strange.add(PROXY),
            "preflight_failed",
            "Something else than the app proxies answers",
        ),
        (lambda here: here.dns.is_silent(HOST), "preflight_failed", "does not answer"),
    ],
)
def test_preflight_predicts_and_says_what_to_change(
    here: World, spoil: Any, code: str, words: str
) -> None:
    domain = made(here)
    spoil(here)

    found = tended(domain)

    assert here.states_of(domain) == ["Preflight", *UNDONE]
    assert found.attributes["certificate_error_code"] == code
    assert words in found.attributes["certificate_error"]
    assert [v for v in found.attributes["certificate_preflight"] if not v["ok"]]
    assert here.authority.orders == {}


@pytest.mark.parametrize("step", STEPS)
def test_step_that_dies_for_good_leaves_a_domain_that_tries_again(here: World, step: str) -> None:
    domain = made(here)
    here.kills = {step: FOR_GOOD}

    found = tended(domain)

    assert here.states_of(domain) == [*WHOLE[: WHOLE.index(step) + 1], *UNDONE]
    assert (found.status, found.work) == ("verified", None)
    assert found.attributes["certificate_error_code"] == "step_crashed"
    assert challenges() == set()
    here.kills = {}
    found = again(here, domain)
    assert found.attributes["certificate"]["fingerprint"] == _of_routes(
        CERTIFICATES, HOST, "fingerprint"
    )
    assert here.authority.issued == [HOST], "what the authority gave once is not asked for twice"


@pytest.mark.parametrize("step", STEPS)
def test_killed_functions_are_tried_again(here: World, step: str) -> None:
    here.kills = {step: 1}

    assert tended(made(here)).attributes["certificate"]


@pytest.mark.parametrize("step", STEPS)
def test_step_that_runs_twice_does_no_harm(here: World, step: str) -> None:
    domain = made(here)

    def first() -> None:
        found = record(domain)
        given = {"id": domain, "generation": found.generation, "kind": "certify"}
        _, failed = here.invoke(state_functions("certify")[step], json.dumps(given))
        assert not failed

    here.before[step] = first

    tended(domain)

    found = settled(domain)
    assert found.attributes["certificate"]["fingerprint"] == _of_routes(
        CERTIFICATES, HOST, "fingerprint"
    )
    assert here.authority.issued == [HOST]


@pytest.mark.parametrize("step", STEPS[:-1])
def test_cancelled_work_takes_its_proof_back(here: World, step: str) -> None:
    domain = made(here)
    here.before[step] = lambda: cancel_work(wiring, record(domain), actor="user-a")

    found = tended(domain)

    assert here.states_of(domain)[-2:] == UNDONE
    assert found.attributes["certificate_error_code"] == "cancelled"
    assert challenges() == set()


@pytest.mark.parametrize("step", STEPS[1:])
def test_domain_that_goes_in_the_middle_stays_gone(here: World, step: str) -> None:
    domain = made(here)

    def goes() -> None:
        found = record(domain)
        change = Change(
            of=found,
            status="removed",
            bury=True,
            clear_work=True,
            generation=found.generation + 1,
        )
        wiring.records().commit(change, *certifying.dropped(found))

    here.before[step] = goes

    found = tended(domain)

    assert here.states_of(domain)[-1] == "Superseded"
    assert (found.status, challenges()) == ("removed", set())
    assert _of_routes(CERTIFICATES, HOST, "key") is None


def test_undo_that_dies_for_good_still_ends_the_work(here: World) -> None:
    domain = made(here)
    here.dns.forgets(HOST)
    here.kills = {"UndoCertify": FOR_GOOD}

    found = tended(domain)

    assert here.states_of(domain)[-2:] == ["FailWork", "Failed"]
    assert (found.status, found.attributes["certificate_error_code"]) == (
        "verified",
        "preflight_failed",
    )
    assert found.attributes["certificate_due_at"] > wiring.now()


def test_proxies_that_lag_are_waited_for(here: World) -> None:
    domain = made(here)

    def lag() -> None:
        here.probes.lags = 3

    here.before |= {"PublishChallenge": lag, "AwaitServed": lag}

    assert tended(domain).attributes["certificate"]
    assert here.invoked.count("PublishChallenge") == 4
    assert here.invoked.count("AwaitServed") == 4


def test_certificate_that_is_not_served_is_not_asked_for_again(here: World) -> None:
    domain = made(here)
    here.kills = {"AwaitServed": FOR_GOOD}
    found = tended(domain)
    assert found.attributes["certificate_error_code"] == "step_crashed"
    here.kills = {}

    found = again(here, domain)

    assert found.attributes["certificate_error"] is None
    assert here.authority.issued == [HOST]
