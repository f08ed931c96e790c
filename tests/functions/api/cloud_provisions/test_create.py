"""Ordering servers."""

from __future__ import annotations

import json

import pytest

from chalicelib.runtime import wiring
from chalicelib.services.counters import plan_key
from tests.functions import things
from tests.functions.checks import Checked


def test_provision_is_recorded_with_its_work_before_it_starts(here: Checked, owner: str) -> None:
    given = things.provision_attributes(things.credential(here, owner))

    reply = here.call("POST", "/cloud_provisions", given, user=owner)

    shown = reply.attributes
    assert (reply.status, shown["status"], shown["provider"]) == (201, "pending", "digitalocean")
    assert shown["work"]["execution"] == f"{reply.id}-e1-g1-a1"
    assert here.workflows.started == [(reply.id, "provision")]
    timeline = here.call("GET", f"/cloud_provisions/{reply.id}/timeline", user=owner).attributes
    assert {step["state"] for step in timeline["steps"]} == {"waiting"}


def test_credential_of_somebody_else_is_not_found(here: Checked, owner: str, stranger: str) -> None:
    gone = things.credential(here, owner)
    assert here.call("DELETE", f"/cloud_credentials/{gone}", user=owner).status == 204
    for credential in (things.credential(here, stranger), things.ssh_key(here, owner), gone, ""):
        given = things.provision_attributes(credential)

        reply = here.call("POST", "/cloud_provisions", given, user=owner)

        assert (reply.status, reply.codes) == (422, ["not_found"]), credential
        assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/credential_id"}
    assert here.workflows.started == []


@pytest.mark.parametrize(
    "changes",
    [
        {"instance_name": "Server_1"},
        {"instance_name": ""},
        {"instance_name": "x" * 64},
        {"instance_name": "a\n"},
        {"region": "fra 1"},
        {"size": "s-1;rm"},
        {"size": ""},
    ],
)
def test_name_region_or_size_that_cannot_be_is_refused(
    here: Checked, owner: str, changes: dict[str, str]
) -> None:
    given = things.provision_attributes(things.credential(here, owner), **changes)

    reply = here.call("POST", "/cloud_provisions", given, user=owner)

    assert reply.status == 422
    pointer = reply.body["errors"][0]["source"]["pointer"]
    assert pointer == f"/data/attributes/{next(iter(changes))}"


def test_plan_bounds_the_servers(here: Checked, owner: str) -> None:
    given = things.provision_attributes(things.credential(here, owner))
    assert here.call("POST", "/cloud_provisions", given, user=owner, plan="free").status == 201

    reply = here.call("POST", "/cloud_provisions", given, user=owner, plan="free")

    assert (reply.status, reply.codes) == (403, ["plan_limit_exceeded"])
    assert reply.body["errors"][0]["detail"] == (
        "Your plan allows 1 servers. You use 1, and this would need 2."
        " The plan “starter” allows it."
    )
    assert wiring.records().counter(plan_key("max_nodes", owner)) == 1
    assert here.call("GET", "/cloud_provisions", user=owner).body["meta"]["total"] == 1


def test_nodes_are_bounded_by_our_table_whatever_the_gateway_sends(
    here: Checked, owner: str
) -> None:
    given = things.provision_attributes(things.credential(here, owner))
    sent = {"max_deployments": -1, "max_cpu_cores": -1, "max_memory_mb": -1, "max_disk_mb": -1}

    reply = here.call(
        "POST",
        "/cloud_provisions",
        given,
        user=owner,
        plan="unheard-of",
        headers={"X-Plan-Limits": json.dumps(sent)},
    )

    assert (reply.status, reply.codes) == (403, ["plan_limit_exceeded"])
