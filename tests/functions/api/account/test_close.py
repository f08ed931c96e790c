"""Asking for one's account to be closed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.closing import Leaver


@pytest.fixture
def leaver(here: Checked, owner: str) -> Iterator[Leaver]:
    found = Leaver(here, owner)
    yield found
    found.rest()


def status_of(record_id: str) -> str:
    record = wiring.records().get(record_id)
    assert record is not None
    return record.status


def test_closing_stops_apps_at_once_and_says_until_when_the_account_can_be_kept(
    leaver: Leaver, here: Checked, owner: str, stranger: str
) -> None:
    mine, other = things.up(here, owner), things.up(here, stranger)

    reply = leaver.ask("  Close my account ")

    assert reply.status == 202
    assert (reply.attributes["state"], reply.attributes["grace_days"]) == ("waiting", 14)
    assert reply.attributes["closes_at"] > reply.attributes["asked_at"]
    account = here.call("GET", "/account", user=owner).attributes
    assert account["closes_at"] == reply.attributes["closes_at"]
    assert (status_of(mine), status_of(other)) == ("stopping", "running")
    assert leaver.told() == ["closing_asked"]


def test_asking_again_changes_nothing(leaver: Leaver) -> None:
    first, again = leaver.ask(), leaver.ask()

    assert (again.status, again.attributes["closes_at"]) == (202, first.attributes["closes_at"])
    assert leaver.told() == ["closing_asked"]


def test_who_does_not_mean_it_closes_nothing(leaver: Leaver) -> None:
    reply = leaver.ask("yes")

    assert (reply.status, reply.codes) == (422, ["not_confirmed"])
    assert leaver.call("GET").attributes["state"] == "not_asked"


def test_all_that_has_to_be_done_first_is_named(
    leaver: Leaver, here: Checked, owner: str, stranger: str
) -> None:
    invoice = things.invoice(owner)
    mine = things.published(here, stranger)
    node = things.node(owner, public=True)
    things.deployment(here, stranger, node_id=node, template_id=mine, allow_public_nodes=True)

    reply = leaver.ask()

    assert (reply.status, reply.codes) == (409, ["not_closable"])
    [error] = reply.body["errors"]
    first = error["meta"]["must_be_done_first"]
    assert [(one["code"], one["resource_id"]) for one in first] == [
        ("unpaid", invoice),
        ("public_server", node),
        ("others_apps", node),
    ]
    assert "Pay 5.00 USD for 2026-10" in error["detail"]
    assert leaver.call("GET").attributes["must_be_done_first"] == first


def test_nothing_is_begun_in_an_account_that_is_being_closed(
    leaver: Leaver, here: Checked, owner: str
) -> None:
    app, home = things.deployment(here, owner), things.node(owner)
    until = leaver.ask().attributes["closes_at"]

    refused = [
        here.call("POST", "/cloud_credentials", things.credential_attributes(), user=owner),
        here.call("POST", f"/deployments/{app}/start", user=owner),
        here.call("PATCH", f"/nodes/{home}", {"public": True}, user=owner),
    ]

    assert [(one.status, one.codes) for one in refused] == [(409, ["account_closing"])] * 3
    assert refused[0].body["errors"][0]["meta"] == {"closes_at": until}
    assert here.call("GET", f"/deployments/{app}", user=owner).status == 200
    export = here.call("POST", "/account_exports", {"include_secrets": True}, user=owner)
    assert export.status == 202


def test_where_no_gateway_is_known_no_account_is_closed(
    leaver: Leaver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "account_plans", lambda: None)

    assert leaver.ask().status == 503
