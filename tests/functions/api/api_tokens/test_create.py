"""Making an API token: shown once, and never at work without being seen."""

from __future__ import annotations

import pytest

from chalicelib.runtime import wiring
from chalicelib.services.accounts import api_tokens
from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply

GIVEN = {"name": "laptop", "scope": "deploy"}


def create(here: Checked, owner: str, **headers: str | None) -> Reply:
    return here.call("POST", "/api_tokens", GIVEN, user=owner, headers=headers)


def test_token_is_shown_once(here: Checked, owner: str) -> None:
    reply = create(here, owner)

    assert reply.attributes["token"].startswith("ak_")
    assert (reply.attributes["status"], reply.attributes["scope"]) == ("active", "deploy")
    [listed] = here.call("GET", "/api_tokens", user=owner).body["data"]
    assert (listed["id"], listed["attributes"]["token"]) == (reply.id, None)
    record = wiring.records().get(reply.id)
    assert record is not None
    assert reply.attributes["token"] not in repr(record)


def test_key_of_the_gateway_has_the_tokens_name(here: Checked, owner: str) -> None:
    reply = create(here, owner)

    account, name = here.world.keys.living[things.key_of(reply.id)]
    assert (account, name) == (owner, reply.id)


def test_repeat_shows_the_same_token_without_its_text(here: Checked, owner: str) -> None:
    first = create(here, owner, **{"Idempotency-Key": "once"})
    again = create(here, owner, **{"Idempotency-Key": "once"})

    assert again.id == first.id
    assert again.attributes["token"] is None
    assert again.body["meta"] == {"secret_shown": True}


@pytest.mark.parametrize("failure", ["refused", "dead", "lost"])
def test_token_that_the_gateway_did_not_make_leaves_nothing(
    here: Checked, owner: str, failure: str
) -> None:
    before = set(here.world.keys.living)
    here.world.keys.failures = [failure]

    reply = create(here, owner)

    assert reply.status == 503
    assert here.call("GET", "/api_tokens", user=owner).body["data"] == []
    assert set(here.world.keys.living) == before


def test_token_that_cannot_be_taken_back_is_seen_and_can_be_revoked(
    here: Checked, owner: str
) -> None:
    here.world.keys.failures = ["lost", "refused"]
    create(here, owner)

    [left] = here.call("GET", "/api_tokens", user=owner).body["data"]

    assert left["attributes"]["status"] == "revoking"
    assert here.call("DELETE", f"/api_tokens/{left['id']}", user=owner).status == 204
    assert owner not in {account for account, _ in here.world.keys.living.values()}


def test_account_has_so_many_at_most(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_tokens, "MOST", 1)
    create(here, owner)

    reply = create(here, owner)

    assert (reply.status, reply.codes) == (409, ["too_many_tokens"])


def test_installation_without_a_gateway_makes_none(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "keys", lambda: None)

    assert create(here, owner).status == 503
    assert here.call("GET", "/api_tokens", user=owner).body["data"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": "session"},
        {"scope": "all"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2999-01-01T00:00:00Z"},
        {"expires_at": "tomorrow"},
        {"name": ""},
    ],
)
def test_what_no_token_can_be_is_refused(
    here: Checked, owner: str, wrong: dict[str, object]
) -> None:
    assert here.call("POST", "/api_tokens", {**GIVEN, **wrong}, user=owner).status == 422
