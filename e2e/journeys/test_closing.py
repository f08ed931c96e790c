"""Somebody closes their account: everything is removed, nobody is let in, and a proof is sent."""

from __future__ import annotations

import time

import httpx
import pytest

from chalicelib.ports.records import Change, Record
from e2e.installation import has_local_parts
from e2e.pages.past import Past, past_of
from e2e.resilience.conftest import customer_of
from e2e.resilience.parts import go_round, left_of, until
from infra.local.journey.client import Account, Json, Refused

LONG_AGO = "2020-01-01T00:00:00Z"
PAUSE_SECONDS = 2.0


def test_account_is_closed_and_leaves_nothing_but_a_proof(platform: Json) -> None:
    if not has_local_parts(platform):
        pytest.skip("the installation is elsewhere: its books and rounds are its owner's")
    somebody = customer_of(platform)
    account = somebody.account
    provision = somebody.order_server()
    node = str(somebody.ended("cloud_provisions", provision)["node_id"])
    app = somebody.order_app(node)
    token = account.create("api_tokens", {"name": "program", "scope": "read"})["attributes"]
    assert somebody.ended("deployments", app)["status"] == "running"

    with pytest.raises(Refused) as not_meant:
        account.call("POST", "/account/closing", {"confirmation": "yes"}, "closings")
    given = {"confirmation": "close my account"}
    account.call("POST", "/account/closing", given, "closings")
    stopped = somebody.ended("deployments", app)["status"]
    with pytest.raises(Refused) as too_late:
        somebody.order_app(node)
    with past_of(platform) as past:
        closing = f"closing-{account.user['id']}"
        until(lambda: _letters(platform, account), "a letter says that it was asked for")
        past.store.change(Change(of=_read(past, closing), attributes={"closes_at": LONG_AGO}))
        until(lambda: _goes_on(platform, past, closing), "the account is closed", within=400)

    assert not_meant.value.code == "not_confirmed"
    assert (stopped, too_late.value.code) == ("stopped", "account_closing")
    let_in = [_status(platform, one) for one in (account.token, token["token"])]
    left = left_of(platform, app, provision, node)
    asked, closed = _letters(platform, account)
    assert let_in == [403, 401]
    assert left == {}
    assert asked["subject"].endswith(" is being closed")
    assert closed["subject"].endswith(" is closed")
    assert all(one in closed["text"] for one in (app, provision, node))


def _letters(platform: Json, account: Account) -> list[Json]:
    """The letters to an account's own address, the oldest first; a round sends what is due."""
    go_round(platform, "close_accounts")
    url = f"{platform['urls']['mail']}/messages"
    answer = httpx.get(url, params={"to": account.user["email"]}, trust_env=False)
    return list(reversed(answer.json()["messages"]))


def _read(past: Past, closing: str) -> Record:
    record = past.store.get(closing)
    assert record is not None
    return record


def _goes_on(platform: Json, past: Past, closing: str) -> bool:
    """Have a round, and say whether there is nothing more to do."""
    go_round(platform, "close_accounts")
    record = _read(past, closing)
    is_over = record.status == "closed" and record.attributes["due_at"] is None
    # What a round began goes on by itself meanwhile.
    time.sleep(0 if is_over else PAUSE_SECONDS)
    return is_over


def _status(platform: Json, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{platform['urls']['web']}/api/v1/deployments"
    return httpx.get(url, headers=headers, trust_env=False, timeout=60).status_code
