"""Asking a registry whether a login works."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import Conflict, RegistryUnreachable, Throttled
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import TOKEN, Checked

ANOTHER = "another-never-shown-secret"


def path_of(record_id: str) -> str:
    return f"/registry_credentials/{record_id}"


def test_registry_that_refuses_is_told_and_written_down(here: Checked, owner: str) -> None:
    credential = things.registry_credential(here, owner)
    here.world.registries.refused = {TOKEN}

    reply = here.call("POST", f"{path_of(credential)}/check", user=owner)

    assert (reply.status, reply.codes) == (422, ["invalid_credential"])
    shown = here.call("GET", path_of(credential), user=owner).attributes
    assert shown["status"] == "invalid"
    told = wiring.records().journal(credential, limit=1)[0]
    assert (told.name, told.data) == ("checked", {"outcome": "invalid"})


def test_registry_that_says_nothing_of_the_login_leaves_it_unchecked(
    here: Checked, owner: str
) -> None:
    credential = things.registry_credential(here, owner)
    here.world.registries.fails = [
        RegistryUnreachable("no answer"),
        Throttled("a pause"),
        Conflict("it asks nobody", code="login_not_asked"),
    ]

    replies = [here.call("POST", f"{path_of(credential)}/check", user=owner) for _ in range(3)]

    assert [(reply.status, reply.codes) for reply in replies] == [
        (503, ["registry_unreachable"]),
        (429, ["throttled"]),
        (409, ["login_not_asked"]),
    ]
    assert here.call("GET", path_of(credential), user=owner).attributes["status"] == "unchecked"


def test_login_that_changed_while_it_was_checked_is_checked_again(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential = things.registry_credential(here, owner)

    def change_meanwhile(_login: object) -> None:
        here.call("PATCH", path_of(credential), {"secret": ANOTHER}, user=owner)

    monkeypatch.setattr(here.world.registries, "check", change_meanwhile)

    reply = here.call("POST", f"{path_of(credential)}/check", user=owner)

    assert (reply.status, reply.codes) == (409, ["conflict"])
    assert here.call("GET", path_of(credential), user=owner).attributes["status"] == "unchecked"
