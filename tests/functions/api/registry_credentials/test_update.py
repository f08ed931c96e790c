"""Changing a login at a registry."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.services.secrets import registry_credentials
from tests.functions import things
from tests.functions.checks import Checked

ANOTHER = "another-never-shown-secret"


def path_of(record_id: str) -> str:
    return f"/registry_credentials/{record_id}"


def opened(record_id: str) -> str:
    record = wiring.records().get(record_id)
    assert record is not None
    return registry_credentials.opened(wiring, record).password


def test_another_secret_is_unchecked(here: Checked, owner: str) -> None:
    credential = things.registry_credential(here, owner)
    checked = here.call("POST", f"{path_of(credential)}/check", user=owner)
    assert (checked.status, checked.attributes["status"]) == (200, "valid")
    assert checked.attributes["last_checked_at"] is not None

    named = here.call("PATCH", path_of(credential), {"name": "new"}, user=owner)
    changed = here.call("PATCH", path_of(credential), {"secret": ANOTHER}, user=owner)

    assert named.attributes["status"] == "valid"
    assert (changed.attributes["status"], changed.attributes["last_checked_at"]) == (
        "unchecked",
        None,
    )
    assert opened(credential) == ANOTHER


def test_host_cannot_be_changed(here: Checked, owner: str) -> None:
    credential = things.registry_credential(here, owner)

    reply = here.call("PATCH", path_of(credential), {"host": "ghcr.io"}, user=owner)

    assert reply.status == 422
