"""Customers' names looked at when they are due, from their addition until they are gone."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import clock
from chalicelib.ports.records import Change, Create, Record
from chalicelib.runtime import wiring
from chalicelib.services.counters import host_key
from chalicelib.services.domains import certifying, domain_rounds
from functions.events.domains import check_domain
from tests.fakes.workflows import FakeWorkflows
from tests.functions.checks import Checked
from tests.functions.names import (
    added,
    automatic_of,
    deliver,
    domain_of,
    proves,
    round_of,
    route_of,
    sent,
    told,
    verify,
)


@pytest.fixture(autouse=True)
def certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """No certificate is asked for: that is another story."""
    monkeypatch.setattr(certifying, "is_wanted", lambda *_: False)
    monkeypatch.setattr(certifying, "next_at", lambda _domain: None)


@pytest.fixture
def host(owner: str) -> str:
    return f"www.{owner}.example.com"


def minutes_to_next(domain: Record) -> float:
    known = domain.attributes
    return round(clock.seconds_between(known["checked_at"], known["next_check_at"]) / 60, 1)


def test_looks_come_later_and_later_while_nothing_is_proven(
    here: Checked, owner: str, host: str
) -> None:
    app = added(here, owner, host)

    waits = [minutes_to_next(round_of(here, app, hours=6)) for _ in range(11)]

    assert waits[:3] == [2, 4, 8]
    assert waits[-2:] == [360, 360]
    assert domain_of(app).status == "pending"


def test_name_that_is_not_proven_in_a_week_has_failed_and_is_verified_all_the_same_later(
    here: Checked, owner: str, host: str
) -> None:
    app = added(here, owner, host)

    failed = round_of(here, app, hours=7 * 24 + 1)
    proves(here, app)
    reply = verify(here, app, host, owner)

    assert (failed.status, failed.attributes["due_at"]) == ("failed", None)
    assert reply.attributes["status"] == "verified"
    assert told(app) == ["domain_verified", "domain_gave_up", "domain_added"]


def test_proven_name_is_looked_at_daily(here: Checked, owner: str, host: str) -> None:
    app = added(here, owner, host)
    proves(here, app)

    verified = round_of(here, app, hours=1)
    again = round_of(here, app, hours=24)

    assert verified.status == again.status == "verified"
    assert 23 * 60 <= minutes_to_next(verified) <= 24 * 60
    assert again.version > verified.version
    assert told(app) == ["domain_verified", "domain_added"]


def test_name_that_stops_pointing_here_is_told_and_unrouted_after_its_grace(
    here: Checked, owner: str, host: str
) -> None:
    app = added(here, owner, host)
    proves(here, app)
    round_of(here, app, hours=1)
    here.world.dns.forgets(host)

    failing = round_of(here, app, hours=25)
    late = round_of(here, app, hours=70)
    still = route_of(host)
    unrouted = round_of(here, app, hours=3)

    assert (failing.status, late.status, unrouted.status) == ("failing", "failing", "unrouted")
    assert minutes_to_next(failing) == 60
    until = clock.seconds_between(failing.attributes["since"], failing.attributes["unrouted_after"])
    assert until == 72 * 3600
    assert still["state"] == "alias"
    assert route_of(host) == {}
    assert wiring.records().reservation(host_key(host)) is None
    assert told(app)[:3] == ["domain_unrouted", "domain_failing", "domain_verified"]


def test_name_that_points_here_again_in_time_stays_and_one_that_is_late_comes_back(
    here: Checked, owner: str, host: str
) -> None:
    app = added(here, owner, host)
    proves(here, app)
    round_of(here, app, hours=1)
    here.world.dns.forgets(host)
    round_of(here, app, hours=25)
    proves(here, app)

    recovered = round_of(here, app, hours=2)
    here.world.dns.forgets(host)
    round_of(here, app, hours=25)
    unrouted = round_of(here, app, hours=73)
    proves(here, app)
    back = round_of(here, app, hours=7)

    assert (recovered.status, unrouted.status, back.status) == (
        "verified",
        "unrouted",
        "verified",
    )
    assert recovered.attributes["unrouted_after"] is None
    assert route_of(host)["state"] == "alias"
    assert told(app)[:5] == [
        "domain_verified",
        "domain_unrouted",
        "domain_failing",
        "domain_recovered",
        "domain_failing",
    ]


def test_silence_of_name_servers_is_doubted_twice(here: Checked, owner: str, host: str) -> None:
    app = added(here, owner, host)
    proves(here, app)
    round_of(here, app, hours=1)
    here.world.dns.is_silent(host)

    first = round_of(here, app, hours=25)
    second = round_of(here, app, hours=0.2)
    third = round_of(here, app, hours=0.2)

    assert [one.status for one in (first, second, third)] == ["verified", "verified", "failing"]
    assert minutes_to_next(first) == 10
    assert "does not answer" in third.attributes["last_check_error"]


def test_outage_of_our_own_name_servers_counts_against_nobody(
    here: Checked, owner: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    monkeypatch.setattr(check_domain, "count", lambda **of: counted.append(of["UnheardLooks"]))
    app = added(here, owner, host)
    proves(here, app)
    verified = round_of(here, app, hours=1)
    here.world.dns.is_cut_off = True

    looks = [round_of(here, app, hours=hours) for hours in (25, 1, 1, 1, 200)]
    here.world.dns.is_cut_off = False
    after = round_of(here, app, hours=1)

    assert {one.status for one in (*looks, after)} == {"verified"}
    assert [one.attributes["doubts"] for one in looks] == [0] * 5
    assert minutes_to_next(looks[0]) == 5
    assert counted == [0, 1, 1, 1, 1, 1, 0]
    known = after.attributes
    assert known["seen_proxies"] == verified.attributes["seen_proxies"]
    assert route_of(host)["state"] == "alias"


@pytest.mark.parametrize("known", [["203.0.113.10"], []])
def test_addresses_of_proxies_that_cannot_be_asked_for_are_no_proof_against_a_name(
    here: Checked, owner: str, host: str, known: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Any = wiring.settings().model_copy(update={"proxy_addresses": ()})
    monkeypatch.setattr(wiring, "settings", lambda: settings)
    app = added(here, owner, host)
    proves(here, app)
    round_of(here, app, hours=1)
    here.world.dns.says(host, "A", "203.0.113.10")
    automatic = automatic_of(app)
    here.world.dns.is_silent(automatic)
    domain = domain_of(app)
    wiring.records().commit(Change(of=domain, attributes={"seen_proxies": known}))

    found = round_of(here, app, hours=25)

    assert (found.status, found.attributes["doubts"]) == ("verified", 0 if known else 1)
    way = found.attributes["records"][1]
    assert way["verdict"] == ("ok" if known else "unreachable")


def test_unrouted_name_is_given_up_after_a_month(here: Checked, owner: str, host: str) -> None:
    app = added(here, owner, host)
    proves(here, app)
    round_of(here, app, hours=1)
    here.world.dns.forgets(host)
    round_of(here, app, hours=25)
    round_of(here, app, hours=73)

    given_up = round_of(here, app, hours=31 * 24)

    assert (given_up.status, given_up.attributes["due_at"]) == ("failed", None)


def test_name_that_is_gone_or_done_is_left_alone(here: Checked, owner: str, host: str) -> None:
    app = added(here, owner, host)
    domain = domain_of(app)
    here.world.dns.asked.clear()

    assert deliver({"domain": domain.id}, {"domain": "dom_gone"}, {"domain": app}) == []
    assert domain_of(app) == domain

    here.call("DELETE", f"/deployments/{app}/domains/{host}", user=owner)
    assert deliver({"domain": domain.id}) == []
    assert here.world.dns.asked == []


@pytest.mark.parametrize("body", ["", "[]", '{"domain": 1}', '{"domain": "a", "more": 1}', "null"])
def test_message_that_is_none_comes_again_and_ends_as_a_failure(here: Checked, body: str) -> None:
    assert deliver(body) == ["0"]


def test_what_one_name_server_says_keeps_no_other_name_from_being_seen(
    here: Checked, owner: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = added(here, owner, host)
    here.world.skew += 60
    tended = domain_rounds.tend

    def breaks(tools: object, domain_id: str) -> str:
        if domain_id == "dom_odd":
            raise ValueError(domain_id)
        return tended(tools, domain_id)  # type: ignore[arg-type]

    monkeypatch.setattr(check_domain, "tend", breaks)

    assert deliver({"domain": "dom_odd"}, {"domain": domain_of(app).id}) == []
    assert domain_of(app).attributes["looks"] == 1


def test_name_whose_look_breaks_is_not_first_in_each_round(
    here: Checked, owner: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> str:
        raise ValueError(host)

    app = added(here, owner, host)
    monkeypatch.setattr(check_domain, "tend", breaks)

    found = round_of(here, app, hours=1)

    wait = clock.seconds_between(wiring.now(), found.attributes["due_at"])
    assert 590 < wait <= 600
    assert found.attributes["next_check_at"] < wiring.now()
    monkeypatch.undo()
    monkeypatch.setattr(certifying, "is_wanted", lambda *_: False)
    monkeypatch.setattr(certifying, "next_at", lambda _domain: None)
    assert round_of(here, app, hours=0.2).attributes["looks"] == 1


def test_certificate_is_asked_for_once_the_name_is_verified(
    here: Checked, owner: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    workflows = FakeWorkflows()
    monkeypatch.setattr(wiring, "workflows", lambda: workflows)
    monkeypatch.setattr(wiring, "dns", lambda: here.world.dns)
    monkeypatch.setattr(wiring, "now", lambda: clock.text_at(2_000_000_000))
    app = added(here, owner, host)
    proves(here, app)
    sent()

    verify(here, app, host, owner)
    [message] = sent()
    deliver(message)

    domain = domain_of(app)
    assert message == {"domain": domain.id}
    assert domain.work is not None
    assert domain.work.kind == "certify"
    assert domain.attributes["due_at"] == domain.attributes["next_check_at"]


def test_wildcard_name_of_the_installation_is_not_looked_up(here: Checked, owner: str) -> None:
    now = wiring.now()
    attributes = {"hostname": f"*.{owner}.test", "type": "wildcard", "due_at": now}
    made = Record(
        wiring.new_id("dom_"), "domains", owner, "verified", now, now, attributes=attributes
    )
    wiring.records().commit(Create(made))
    here.world.dns.asked.clear()

    assert deliver({"domain": made.id}) == []

    assert here.world.dns.asked == []
    found = wiring.records().get(made.id)
    assert found is not None
    assert found.attributes["due_at"] is None
