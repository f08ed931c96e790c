"""Certificates of domains: every outcome as the list of states entered."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from chalicelib.domain import clock
from chalicelib.domain.certificates import RETRIES, renewal_at
from chalicelib.domain.errors import (
    AccountUnknown,
    AuthorityUnavailable,
    OrderInvalid,
    RateLimited,
    ZoneRefused,
)
from chalicelib.domain.routes import CERTIFICATE_KEY, CERTIFICATES, CHALLENGES, shard_of
from chalicelib.ports.records import Change, Create, Record
from chalicelib.ports.route_writes import SetAlias
from chalicelib.runtime import wiring
from chalicelib.services.domains import certifying
from chalicelib.services.domains.authority_accounts import account_id
from chalicelib.services.domains.issuing import ORDER
from chalicelib.services.work.work import cancel_work
from infra.packaging.template import state_functions
from tests.statemachines.test_failures import FOR_GOOD
from tests.world import World, _of_routes

HOST = "shop.example.com"
PROXY = "203.0.113.10"
WHOLE = [
    "Preflight",
    "OrderCertificate",
    "PublishChallenge",
    "AwaitValidation",
    "FinishOrder",
    "StoreCertificate",
    "AwaitServed",
    "FinishCertify",
    "Done",
]
STEPS = WHOLE[:-1]
UNDONE = ["UndoCertify", "Noted"]
PATIENCE = 60.0


def made(here: World, host: str = HOST, **attributes: Any) -> str:
    """A verified domain that leads here."""
    now = wiring.now()
    domain = Record(
        id=wiring.new_id("dom_"),
        type="domains",
        owner="user-a",
        status="verified",
        created_at=now,
        updated_at=now,
        parent="app-1",
        attributes={
            "hostname": host,
            "type": "custom",
            "deployment_id": "app-1",
            "verified_at": now,
            "due_at": "2999-01-01T00:00:00.000Z",
            **attributes,
        },
    )
    here.dns.says(host, "A", PROXY)
    alias = SetAlias(host, "app-1", "app.apps.test", now)
    wiring.records().commit(Create(domain), alias)
    return domain.id


def record(domain: str) -> Record:
    found = wiring.records().get(domain)
    assert found is not None
    return found


def tended(domain: str) -> Record:
    """The domain after a look at whether it wants a certificate, once nothing is in hand."""
    certifying.tend(wiring, record(domain))
    return settled(domain)


def settled(domain: str) -> Record:
    end = time.monotonic() + PATIENCE
    while (found := record(domain)).work is not None:
        assert time.monotonic() < end, f"{domain} is still at {found.work.step}"
        time.sleep(0.05)
    return found


def again(here: World, domain: str) -> Record:
    """The domain after its next try, when that is due."""
    due = record(domain).attributes["certificate_due_at"]
    here.skew += clock.seconds_between(wiring.now(), due) + 1
    return tended(domain)


def challenges() -> set[str]:
    return {f"token-{n}" for n in range(1, 9) if _of_routes(CHALLENGES, f"token-{n}", "answer")}


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


def test_pause_that_the_authority_asks_for_is_kept(here: World) -> None:
    domain = made(here)
    here.authority.fails["order"] = [RateLimited("A week.", retry_after=7 * 86_400)]
    at = wiring.now()

    found = tended(domain)

    assert found.attributes["certificate_error_code"] == "rate_limited"
    wait = clock.seconds_between(at, found.attributes["certificate_due_at"])
    assert wait == pytest.approx(7 * 86_400, abs=60)
    assert again(here, domain).attributes["certificate"]


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


# Every step made to fail ---------------------------------------------------------------------


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


# The installation's own name ------------------------------------------------------------------


@pytest.fixture
def zone(here: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """An installation that may write in its zone."""
    known = wiring.settings().model_copy(update={"dns_updates": "route53:Z1"})
    monkeypatch.setattr(wiring, "settings", lambda: known)
    here.authority.answers = _InZone(here)

    def told(name: str, texts: list[str]) -> None:
        here.dns.says(name, "TXT", *texts)

    here.zones.told = told
    return here


class _InZone:
    """What the zone says, by the token whose answer it is."""

    def __init__(self, here: World) -> None:
        self.here = here

    def get(self, token: str) -> str | None:
        texts = self.here.zones.texts.get("_acme-challenge.apps.test", [])
        return f"{token}.thumb" if f"{token}.thumb" in texts else None


def test_wildcard_is_proven_in_the_zone(zone: World) -> None:
    begun = certifying.tend_wildcard(wiring)
    assert begun is not None

    found = settled(begun.id)

    assert zone.states_of(found.id) == WHOLE
    host = "*.apps.test"
    assert found.attributes["hostname"] == host
    assert found.attributes["certificate"]["fingerprint"] == _of_routes(
        CERTIFICATES, host, "fingerprint"
    )
    assert zone.zones.texts == {"_acme-challenge.apps.test": []}
    again = certifying.tend_wildcard(wiring)
    assert again is not None
    assert (again.id, again.generation) == (found.id, 1), "there is one record, and it is not due"


def test_zone_that_refuses_is_told(zone: World) -> None:
    zone.zones.fails = [ZoneRefused("The name server refuses the update: NOTAUTH.")] * 9
    begun = certifying.tend_wildcard(wiring)
    assert begun is not None

    found = settled(begun.id)

    assert found.attributes["certificate_error_code"] == "zone_refused"
    assert "NOTAUTH" in found.attributes["certificate_error"]
    zone.zones.fails.clear()
    assert again(zone, found.id).attributes["certificate"]


def test_installation_without_a_zone_has_no_wildcard(here: World) -> None:
    assert certifying.tend_wildcard(wiring) is None
