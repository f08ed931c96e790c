"""Revoking an API token: it opens nothing, whatever the gateway says."""

from __future__ import annotations

import pytest

from chalicelib.runtime import tokens, wiring
from chalicelib.services.accounts.passes import pass_of
from tests.functions import things
from tests.functions.checks import Checked


def test_revoked_token_opens_nothing_and_is_gone(here: Checked, owner: str) -> None:
    token = things.api_token(here, owner)
    key = things.key_of(token)
    by_key = {"X-Key-ID": key}
    assert here.call("GET", "/ssh_keys", user=owner, headers=by_key).status == 200

    assert here.call("DELETE", f"/api_tokens/{token}", user=owner).status == 204

    tokens.forget()
    reply = here.call("GET", "/ssh_keys", user=owner, headers=by_key)
    assert (reply.status, reply.codes) == (401, ["token_unknown"])
    assert "Settings" in reply.body["errors"][0]["detail"]
    assert key not in here.world.keys.living
    assert here.call("GET", f"/api_tokens/{token}", user=owner).status == 404
    assert here.call("GET", "/api_tokens", user=owner).body["meta"]["total"] == 0


@pytest.mark.parametrize("failure", ["refused", "dead", "lost"])
def test_token_whose_key_stays_opens_nothing_and_is_seen(
    here: Checked, owner: str, failure: str
) -> None:
    token = things.api_token(here, owner)
    key = things.key_of(token)
    here.world.keys.failures = [failure]

    assert here.call("DELETE", f"/api_tokens/{token}", user=owner).status == 503

    assert pass_of(wiring, key) is None
    shown = here.call("GET", f"/api_tokens/{token}", user=owner)
    assert shown.attributes["status"] == "revoking"
    assert here.call("DELETE", f"/api_tokens/{token}", user=owner).status == 204
    assert key not in here.world.keys.living
