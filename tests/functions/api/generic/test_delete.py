"""Deleting records that nothing uses."""

from __future__ import annotations

import pytest

from tests.functions import things
from tests.functions.checks import Checked


@pytest.mark.parametrize(
    ("resource", "make"),
    [("ssh_keys", things.ssh_key), ("cloud_credentials", things.credential)],
)
def test_deleted_record_is_gone_and_not_counted(
    here: Checked, owner: str, resource: str, make
) -> None:
    record, kept = make(here, owner), make(here, owner)

    assert here.call("DELETE", f"/{resource}/{record}", user=owner).status == 204

    assert here.call("GET", f"/{resource}/{record}", user=owner).status == 404
    assert here.call("DELETE", f"/{resource}/{record}", user=owner).status == 404
    assert (
        here.call("PATCH", f"/{resource}/{record}", {"name": "new name"}, user=owner).status == 404
    )
    listed = here.call("GET", f"/{resource}", user=owner).body
    assert [entry["id"] for entry in listed["data"]] == [kept]
    assert listed["meta"]["total"] == 1


def test_credential_that_servers_hang_on_stays(here: Checked, owner: str) -> None:
    server = things.provision(here, owner)
    credential = here.call("GET", f"/cloud_provisions/{server}", user=owner).attributes[
        "credential_id"
    ]

    reply = here.call("DELETE", f"/cloud_credentials/{credential}", user=owner)

    assert (reply.status, reply.codes) == (409, ["in_use"])
    assert server in reply.body["errors"][0]["detail"]


def test_key_that_was_made_for_a_server_goes_with_it_alone(here: Checked, owner: str) -> None:
    server, key = things.provision(here, owner), things.ssh_key(here, owner)
    things.put(key, attributes={"provision_id": server})

    reply = here.call("DELETE", f"/ssh_keys/{key}", user=owner)

    assert (reply.status, reply.codes) == (409, ["in_use"])
    assert server in reply.body["errors"][0]["detail"]
