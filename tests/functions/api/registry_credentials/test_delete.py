"""Deleting a login at a registry."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.services.counters import registry_key, total_key
from tests.functions import things
from tests.functions.checks import Checked


def path_of(record_id: str) -> str:
    return f"/registry_credentials/{record_id}"


def test_deleted_login_is_gone_with_its_secret_and_its_place(here: Checked, owner: str) -> None:
    credential = things.registry_credential(here, owner, host="ghcr.io")

    assert here.call("DELETE", path_of(credential), user=owner).status == 204

    assert here.call("GET", path_of(credential), user=owner).status == 404
    record = wiring.records().get(credential)
    assert record is not None
    assert (record.status, record.sealed) == ("deleted", {})
    assert wiring.records().reservation(registry_key(owner, "ghcr.io")) is None
    assert wiring.records().counter(total_key("registry_credentials", owner)) == 0
    assert things.registry_credential(here, owner, host="ghcr.io")
