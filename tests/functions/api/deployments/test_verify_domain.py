"""Verifying host names of one's own: at once, and by whoever proves them."""

from __future__ import annotations

import pytest

from chalicelib.ports.dns import Answer
from chalicelib.runtime import wiring
from chalicelib.services.counters import host_key
from tests.functions.checks import Checked
from tests.functions.names import (
    added,
    automatic_of,
    domain_of,
    proves,
    route_of,
    told,
    verify,
)


@pytest.fixture
def host(owner: str) -> str:
    return f"www.{owner}.example.com"


def test_name_without_any_record_stays_pending_and_says_what_is_missing(
    here: Checked, owner: str, host: str
) -> None:
    app = added(here, owner, host)

    reply = verify(here, app, host, owner)

    assert (reply.status, reply.attributes["status"]) == (200, "pending")
    assert [(one["type"], one["verdict"]) for one in reply.attributes["records"]] == [
        ("TXT", "missing"),
        ("CNAME", "missing"),
    ]
    assert f"_hoster-challenge.{host}" in reply.attributes["last_check_error"]
    assert reply.attributes["records"][0]["server"] == "ns1.test"
    assert route_of(host)["state"] == "unverified"
    assert told(app) == ["domain_added"]


def test_proven_name_leads_wherever_the_automatic_one_does(
    here: Checked, owner: str, host: str
) -> None:
    app = added(here, owner, host)
    proves(here, app)

    reply = verify(here, app, host, owner)

    shown = reply.attributes
    assert (reply.status, shown["status"], shown["verification_status"]) == (
        200,
        "verified",
        "verified",
    )
    assert (shown["verification_method"], shown["last_check_error"]) == ("cname", None)
    assert {one["verdict"] for one in shown["records"]} == {"ok"}
    assert {one["ttl"] for one in shown["records"]} == {300}
    assert shown["verified_at"] == shown["checked_at"] < shown["next_check_at"]
    assert wiring.records().reservation(host_key(host)) == {"holder": domain_of(app).id}
    route = route_of(host)
    assert (route["state"], route["alias"]) == ("alias", automatic_of(app))
    assert told(app) == ["domain_verified", "domain_added"]


def test_name_at_the_top_of_its_zone_is_proven_by_addresses(here: Checked, owner: str) -> None:
    host = f"{owner}-shop.com"
    app = added(here, owner, host)
    here.world.dns.says(f"_hoster-challenge.{host}", "TXT", domain_of(app).attributes["token"])
    here.world.dns.says(host, "A", "203.0.113.10", zone=host)

    reply = verify(here, app, host, owner)

    assert reply.attributes["status"] == "verified"
    assert reply.attributes["verification_method"] == "a_record"


def test_way_without_proof_and_proof_without_a_way_verify_nothing(
    here: Checked, owner: str, host: str
) -> None:
    app = added(here, owner, host)
    here.world.dns.says(host, "A", "203.0.113.10", aliases=(automatic_of(app),))

    dangling = verify(here, app, host, owner)
    here.world.dns.proves(host, domain_of(app).attributes["token"], "other.apps.test")
    here.world.dns.says(host, "A", "192.0.2.1")
    astray = verify(here, app, host, owner)

    assert [one["verdict"] for one in dangling.attributes["records"]] == ["missing", "ok"]
    assert [one["verdict"] for one in astray.attributes["records"]] == ["ok", "wrong"]
    assert dangling.attributes["status"] == astray.attributes["status"] == "pending"
    assert astray.attributes["records"][1]["found"] == ["192.0.2.1"]


def test_servers_that_disagree_prove_nothing_and_are_named(
    here: Checked, owner: str, host: str
) -> None:
    app = added(here, owner, host)
    proves(here, app)
    name = f"_hoster-challenge.{host}"
    here.world.dns.answers[name, "TXT"] += (Answer(name, "TXT", "no_data", server="ns2.test"),)

    reply = verify(here, app, host, owner)

    [proof, _] = reply.attributes["records"]
    assert (proof["verdict"], proof["server"]) == ("missing", "ns2.test")
    assert "ns1.test has it and ns2.test does not" in proof["advice"]
    assert reply.attributes["status"] == "pending"


def test_first_to_prove_a_name_has_it_and_the_other_is_told_why_not(
    here: Checked, owner: str, stranger: str, host: str
) -> None:
    app, other = added(here, owner, host), added(here, stranger, host)
    proves(here, other)
    assert verify(here, other, host, stranger).attributes["status"] == "verified"

    # The owner's token, and a name that leads to the owner's app: both are right.
    proves(here, app)
    reply, again = verify(here, app, host, owner), verify(here, app, host, owner)

    assert reply.attributes["status"] == again.attributes["status"] == "pending"
    assert "Another tenant" in reply.attributes["last_check_error"]
    assert told(app) == ["domain_name_taken", "domain_added"]
    assert route_of(host)["deployment_id"] == other
    removed = here.call("DELETE", f"/deployments/{app}/domains/{host}", user=owner)
    assert removed.status == 204
    assert route_of(host)["deployment_id"] == other
    assert wiring.records().reservation(host_key(host)) == {"holder": domain_of(other).id}


def test_name_that_its_tenant_removed_is_free_for_who_proves_it(
    here: Checked, owner: str, stranger: str, host: str
) -> None:
    app, other = added(here, owner, host), added(here, stranger, host)
    proves(here, app)
    verify(here, app, host, owner)
    assert here.call("DELETE", f"/deployments/{app}/domains/{host}", user=owner).status == 204
    assert route_of(host) == {}
    dangling = verify(here, other, host, stranger)

    proves(here, other)
    reply = verify(here, other, host, stranger)

    assert dangling.attributes["status"] == "pending"
    assert reply.attributes["status"] == "verified"
    assert route_of(host)["deployment_id"] == other


def test_automatic_name_needs_no_proof_and_another_name_is_not_there(
    here: Checked, owner: str, host: str
) -> None:
    app = added(here, owner, host)

    automatic = verify(here, app, automatic_of(app), owner)
    unknown = verify(here, app, f"other.{owner}.example.com", owner)

    assert (automatic.status, automatic.codes) == (409, ["automatic_domain"])
    assert unknown.status == 404
