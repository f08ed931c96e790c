"""Accounts are closed: everything goes, what does not is named, and the proof says what is true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from chalicelib.domain import clock
from chalicelib.domain.billing.month import Month
from chalicelib.domain.errors import InvalidCredential, ProviderUnavailable
from chalicelib.ports.records import Record, Selection
from chalicelib.runtime import wiring
from chalicelib.services.closings import clearing, closing_proof, closing_rounds
from chalicelib.services.provisions.destroying import finish_destroy
from tests.functions import bills, notices, sweeps, things
from tests.functions.checks import Checked
from tests.functions.closing import DAY, OVER, Leaver, round_

ROOM = {"capacity_cpu_cores": 4, "capacity_memory_mb": 8192, "capacity_disk_mb": 51200}


class Killed(BaseException):
    """A function that dies."""


@pytest.fixture
def leaver(here: Checked, owner: str) -> Iterator[Leaver]:
    found = Leaver(here, owner)
    yield found
    found.rest()
    here.world.gateway.failures.clear()
    here.cloud.fails.clear()


def of(record_id: str) -> Record:
    found = wiring.records().get(record_id)
    assert found is not None
    return found


def asked(leaver: Leaver) -> None:
    assert leaver.ask().status == 202


def proof_of(leaver: Leaver) -> closing_proof.Proof:
    return closing_proof.read(wiring, leaver.record)


def destroyed(provision: str) -> None:
    """Take a server to its end, as the last step of its destroy would."""
    finish_destroy(wiring, of(provision))


def test_everything_goes_and_the_proof_says_what_and_when(
    leaver: Leaver, here: Checked, owner: str, stranger: str
) -> None:
    home = things.brought(here, owner)
    things.put(home, status="online", clear_work=True, attributes=ROOM)
    app = things.deployment(here, owner, node_id=home)
    other = things.deployment(here, stranger, template_id=things.published(here, owner))
    of_others = of(other).attributes["template_id"]
    gone = {
        "deployments": app,
        "nodes": home,
        "templates": of(app).attributes["template_id"],
        "ssh_keys": things.ssh_key(here, owner),
        "api_tokens": things.api_token(here, owner),
        "registry_credentials": things.registry_credential(here, owner),
        "backup_targets": (bucket := things.backup_target(here, owner)),
        "backups": (backup := things.backup_in(here, owner, bucket, of=app)),
        "cloud_credentials": things.credential(here, owner),
        "account_exports": things.export_made(here, owner),
        "notice_channels": notices.hook(here, owner).rsplit("/", 1)[1],
    }
    kept = things.objects_of(here, backup)
    asked(leaver)

    assert leaver.after(OVER) == {"left": 1}
    assert leaver.left[app] == "It is being removed."
    assert of(app).status == "deleting"
    assert leaver.call("GET").attributes["state"] == "removing"
    things.remove(app)
    assert leaver.after(OVER) == {"closed": 1}

    proof = proof_of(leaver)
    removed = {one["resource_id"]: one for one in proof["removed"]}
    assert {removed[one]["resource_type"] for one in gone.values()} == gone.keys()
    assert all(one["removed_at"] <= proof["closed_at"] for one in proof["removed"])
    assert "No server" in (removed[gone["cloud_credentials"]]["provider_said"] or "")
    assert {name: n for name, n in proof["counted"].items() if n > 0} == {"templates": 1}
    remains = " ".join(one["what"] for one in proof["remains"])
    assert of_others in remains
    assert f"The archives of 1 backup in {of(bucket).attributes['bucket']}/hoster" in remains
    assert list(here.world.buckets.objects) == kept
    assert (of(of_others).public, of(other).status) == (False, "pending")
    assert here.world.gateway.standings[owner] == "suspended"

    assert leaver.after(OVER) == {"ended": 1}
    assert [wiring.records().get(one) for one in gone.values()] == [None] * len(gone)
    assert leaver.letters == ["Your account at Hoster is closed"]
    assert round_() == {}
    assert leaver.told()[0] == "account_closed"


def test_while_it_can_be_kept_apps_are_stopped_and_a_letter_says_so_once(
    leaver: Leaver, here: Checked, owner: str
) -> None:
    app = things.up(here, owner)
    asked(leaver)
    assert of(app).status == "stopping"
    things.put(app, status="running", clear_work=True)

    assert [leaver.after(days) for days in (1, 2)] == [{"waiting": 1}] * 2

    assert of(app).status == "stopping"
    assert leaver.letters == ["Your account at Hoster is being closed"]
    assert leaver.call("GET").attributes["state"] == "waiting"


def test_server_that_its_provider_keeps_is_named_and_the_account_is_not_closed(
    leaver: Leaver, here: Checked, owner: str
) -> None:
    server = things.provision(here, owner)
    things.put(server, status="ready", clear_work=True)
    asked(leaver)
    leaver.after(OVER)
    assert of(server).status == "destroying"
    reason = "The provider refuses the token."
    things.put(server, status="failed", clear_work=True, attributes={"error_message": reason})

    assert leaver.after(OVER + 1) == {"left": 1}

    assert leaver.left[server] == reason
    assert of(server).work is not None
    assert owner not in here.world.gateway.standings
    assert leaver.told()[:2] == ["closing_waits", "closing_waits"]
    destroyed(server)
    assert leaver.after(OVER + 2) == {"closed": 1}


def test_credential_stays_while_a_server_of_the_account_stands_at_the_provider(
    leaver: Leaver, here: Checked, owner: str
) -> None:
    server = things.provision(here, owner)
    credential = of(server).attributes["credential_id"]
    things.put(server, status="destroying")
    destroyed(server)
    standing = sweeps.server(here, server)
    asked(leaver)

    assert leaver.after(OVER) == {"left": 1}

    assert standing.id in leaver.left[credential]
    del here.cloud.servers[standing.id]
    assert leaver.after(OVER + 1) == {"closed": 1}


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        (ProviderUnavailable("told to fail"), "left"),
        (InvalidCredential("told to refuse"), "closed"),
    ],
)
def test_provider_that_does_not_answer_is_asked_again_and_one_that_refuses_is_not(
    leaver: Leaver, here: Checked, owner: str, says: Any, outcome: str
) -> None:
    credential = things.credential(here, owner)
    asked(leaver)
    here.cloud.fails["find"] = [says]

    assert leaver.after(OVER) == {outcome: 1}

    if outcome == "left":
        assert leaver.left == {credential: "told to fail"}
        assert leaver.after(OVER + 1) == {"closed": 1}
    said = {one["resource_id"]: one["provider_said"] for one in proof_of(leaver)["removed"]}
    assert ("refuses" in (said[credential] or "")) == (outcome == "closed")


def test_apps_of_others_keep_a_server_and_the_account(
    leaver: Leaver, here: Checked, owner: str, stranger: str
) -> None:
    home = things.brought(here, owner)
    asked(leaver)
    things.put(home, status="online", public=True, clear_work=True, attributes=ROOM)
    template = things.published(here, stranger)
    app = things.deployment(
        here, stranger, node_id=home, template_id=template, allow_public_nodes=True
    )

    assert leaver.after(OVER) == {"left": 1}

    assert "in use" in leaver.left[home]
    assert of(app).status == "pending"


def test_last_bill_is_made_at_once_and_has_to_be_paid(
    leaver: Leaver, here: Checked, owner: str
) -> None:
    now = clock.seconds_of(wiring.now())
    bills.ran(owner, since=now - 2 * DAY, until=now - DAY, cents=31_000)
    asked(leaver)

    assert leaver.after(0.01) == {"waiting": 1}
    months = {Month.at(now - 2 * DAY), Month.at(now - DAY)}
    owed = [one for month in months if (one := bills.invoice_of(owner, month))]
    assert {one.status for one in owed} == {"pending"}
    leaver.after(OVER)

    assert {one.id for one in owed} <= leaver.left.keys()
    assert "are to be paid" in leaver.left[owed[0].id]
    assert owner not in here.world.gateway.standings
    for one in owed:
        things.put(one.id, status="paid", attributes={"due_at": None})
    assert leaver.after(OVER + 1) == {"closed": 1}
    assert "invoices" in proof_of(leaver)["remains"][0]["what"]
    assert leaver.after(OVER + 1) == {"ended": 1}
    assert of(owed[0].id).status == "paid"


def test_order_of_a_plan_goes_and_the_plan_ends(leaver: Leaver, here: Checked, owner: str) -> None:
    things.subscription(owner, "starter", ends_in=20 * DAY)
    reply = here.call("POST", "/plans/pro/checkout", user=owner, plan="starter", kind="checkouts")
    assert reply.status == 200, reply.body
    asked(leaver)

    assert leaver.after(OVER) == {"closed": 1}

    of_plan = of(f"subscription-{owner}")
    assert (of_plan.attributes["wanted"], of_plan.attributes["due_at"]) == ("free", None)
    assert here.world.gateway.of(owner) == "free"
    orders = Selection("invoices", owner=owner)
    assert wiring.records().select(orders, limit=9, after=None, before=None).records == ()


@pytest.mark.parametrize("failure", ["refused", "lost", "dead"])
def test_gateway_that_fails_is_told_again(
    leaver: Leaver, here: Checked, owner: str, failure: str
) -> None:
    things.ssh_key(here, owner)
    asked(leaver)
    here.world.gateway.failures[:] = [failure]

    assert leaver.after(OVER) == {"failed": 1}
    assert leaver.record.status == "removing"
    assert leaver.after(OVER) == {"closed": 1}

    assert here.world.gateway.standings[owner] == "suspended"
    assert [one["resource_type"] for one in proof_of(leaver)["removed"]] == ["ssh_keys"]


@pytest.mark.parametrize("at", ["clear", "clear_channels", "written", "stand", "_forget", "send"])
def test_round_that_is_killed_is_gone_on_with(
    leaver: Leaver, here: Checked, owner: str, at: str
) -> None:
    key = things.ssh_key(here, owner)
    asked(leaver)
    places = {
        "clear": clearing,
        "clear_channels": clearing,
        "written": closing_proof,
        "stand": here.world.gateway,
    }

    with mock.patch.object(places.get(at, closing_rounds), at, side_effect=Killed):
        if at in {"_forget", "send"}:
            assert leaver.after(OVER) == {"closed": 1}
        with pytest.raises(Killed):
            leaver.after(OVER)
    while leaver.record.attributes["due_at"]:
        leaver.after(OVER)

    assert leaver.record.status == "closed"
    assert [one["resource_id"] for one in proof_of(leaver)["removed"]] == [key]
    assert leaver.told().count("account_closed") == 1
    assert leaver.letters == ["Your account at Hoster is closed"]
    assert wiring.records().get(key) is None
