"""Every operation, asked by a token of each scope: what it may, and what it may not."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.scopes import ORDER, Scope, allows
from chalicelib.ports.records import Change
from chalicelib.runtime import tokens, wiring
from tests.functions import things
from tests.functions.cases import CASES
from tests.functions.checks import Checked
from tests.functions.good import EVERY, Good, good_call

SCOPES: tuple[Scope, ...] = ("read", "deploy", "manage")
BY_TOKEN = {name: o for name, o in EVERY.items() if o.takes_tokens}
OWNER = "owner-of-tokens"


def named(*needed: str) -> set[str]:
    return {name for name, o in BY_TOKEN.items() if o.needed_scope in needed}


def by(key: str) -> dict[str, str]:
    return {"X-Key-ID": key}


def asked(good: Good, key: str) -> Any:
    """A good call, but by a key."""
    _, more = good.message or ("", {})
    return good.call(headers={**more, **by(key)})


def test_token_to_read_reads_and_fetches_files() -> None:
    others = {name for name in named("read") if not name.startswith("GET ")}

    assert others == {"POST /v1/account/earnings/download", "POST /v1/invoices/{id}/download"}


def test_token_to_deploy_has_apps_alone() -> None:
    deploying = named("deploy")

    assert deploying >= {
        "POST /v1/deployments",
        "POST /v1/deployments/{id}/start",
        "POST /v1/deployments/{id}/stop",
        "POST /v1/deployments/{id}/restart",
        "POST /v1/deployments/{id}/redeploy",
        "POST /v1/deployments/{id}/domains",
        "PATCH /v1/deployments/{id}",
    }
    assert {name.split("/")[2] for name in deploying} == {"deployments"}
    assert not deploying & {"DELETE /v1/deployments/{id}", "POST /v1/deployments/{id}/exec"}


def test_no_token_makes_tokens_pays_or_takes_secrets_out() -> None:
    assert named("session") >= {
        *(name for name in BY_TOKEN if "/api_tokens" in name),
        "POST /v1/invoices/{id}/pay",
        "POST /v1/invoices/verify-payment",
        "GET /v1/billing/verify-payment",
        "POST /v1/plans/{plan}/checkout",
        "POST /v1/account_exports",
        "POST /v1/account_exports/{id}/cancel",
        "POST /v1/account_exports/{id}/download",
    }


@pytest.fixture(scope="module")
def keys() -> dict[Scope, str]:
    """The key of one token of each scope, made when it is first wanted."""
    return {}


def key_of(here: Checked, keys: dict[Scope, str], scope: Scope) -> str:
    if scope not in keys:
        keys[scope] = things.key_of(things.api_token(here, OWNER, scope))
    return keys[scope]


@pytest.mark.parametrize("name", sorted(BY_TOKEN))
def test_token_does_what_its_scope_allows_and_nothing_else(
    here: Checked, keys: dict[Scope, str], owner: str, name: str
) -> None:
    needed = BY_TOKEN[name].needed_scope
    method, path = BY_TOKEN[name].method, _to_nothing(name)
    for scope in SCOPES:
        if allows(scope, needed):
            continue
        reply = here.call(method, path, user=OWNER, headers=by(key_of(here, keys, scope)))
        code = "session_required" if needed == "session" else "scope_missing"
        assert (reply.status, reply.codes) == (403, [code]), scope
    if needed != "session":
        good = good_call(here, name, owner)
        key = things.key_of(things.api_token(here, owner, needed))
        assert asked(good, key).status == CASES[name].status


def _to_nothing(name: str) -> str:
    path = EVERY[name].path.removeprefix("/v1")
    for word in ("{id}", "{hostname}", "{version}", "{plan}"):
        path = path.replace(word, "x")
    return path


@pytest.mark.parametrize("name", sorted(BY_TOKEN))
def test_key_that_is_no_tokens_opens_nothing(here: Checked, name: str) -> None:
    method, path = BY_TOKEN[name].method, _to_nothing(name)

    reply = here.call(method, path, user=OWNER, headers=by("key_00000000deadbeef"))

    assert (reply.status, reply.codes) == (401, ["token_unknown"])


def test_key_of_somebody_elses_token_opens_nothing(
    here: Checked, owner: str, stranger: str
) -> None:
    key = things.key_of(things.api_token(here, stranger))

    reply = here.call("GET", "/ssh_keys", user=owner, headers=by(key))

    assert (reply.status, reply.codes) == (401, ["token_unknown"])


@pytest.mark.parametrize("said", [None, "", "session", "key_", "key_a b", "ak_1", "user-1"])
def test_request_of_which_the_gateway_does_not_say_by_what_is_refused(
    here: Checked, owner: str, said: str | None
) -> None:
    reply = here.call("GET", "/ssh_keys", user=owner, headers={"X-Key-ID": said})

    assert (reply.status, reply.codes) == (403, ["gateway_required"])


def test_token_whose_time_is_over_is_told_so(here: Checked, owner: str) -> None:
    key = things.key_of(things.api_token(here, owner))
    here.world.skew = 91 * 86_400

    reply = here.call("GET", "/ssh_keys", user=owner, headers=by(key))

    assert (reply.status, reply.codes) == (401, ["token_expired"])
    assert "Make another one" in reply.body["errors"][0]["detail"]


def test_last_use_is_shown(here: Checked, owner: str) -> None:
    token = things.api_token(here, owner)
    unused = here.call("GET", f"/api_tokens/{token}", user=owner)
    here.call("GET", "/ssh_keys", user=owner, headers=by(things.key_of(token)))

    shown = here.call("GET", f"/api_tokens/{token}", user=owner)

    assert unused.attributes["last_used_at"] is None
    assert shown.attributes["last_used_at"] >= shown.attributes["created_at"][:19]
    [listed] = here.call("GET", "/api_tokens", user=owner).body["data"]
    assert listed["attributes"]["last_used_at"] == shown.attributes["last_used_at"]


def test_key_is_read_once_in_a_few_seconds(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = things.key_of(things.api_token(here, owner))
    here.call("GET", "/ssh_keys", user=owner, headers=by(key))
    monkeypatch.setattr(tokens, "pass_of", lambda *_: None)

    assert here.call("GET", "/ssh_keys", user=owner, headers=by(key)).status == 200
    monkeypatch.setattr(tokens, "KEPT_SECONDS", 0.0)
    assert here.call("GET", "/ssh_keys", user=owner, headers=by(key)).status == 401


def test_visitor_and_session_are_asked_for_no_token(here: Checked, owner: str) -> None:
    assert here.call("GET", "/templates", user=None).status == 200
    assert here.call("GET", "/ssh_keys", user=owner).status == 200


@pytest.mark.parametrize("scope", ["", "session", "admin"])
def test_scope_that_is_none_allows_nothing(here: Checked, owner: str, scope: str) -> None:
    assert not any(allows(scope, needed) for needed in ORDER)


def test_name_of_a_token_does_not_open_what_its_record_lost(here: Checked, owner: str) -> None:
    """What opens is the reservation alone: a record that says otherwise changes nothing."""
    token = things.api_token(here, owner, "read")
    record = wiring.records().get(token)
    assert record is not None
    wiring.records().change(Change(of=record, attributes={"scope": "manage"}))

    reply = here.call("POST", "/ssh_keys", {}, user=owner, headers=by(things.key_of(token)))

    assert (reply.status, reply.codes) == (403, ["scope_missing"])
