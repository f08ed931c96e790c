"""The owner's commands against the whole platform: kept out, stopped, taken back, and told why."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from e2e.installation import has_local_parts
from infra.local.journey.client import Account, Json, Refused
from infra.local.journey.samples import WHOAMI
from infra.local.platform.layout import ROOT

WHY = "Seen in a test"


@pytest.fixture(scope="module")
def somebody(platform: Json) -> Iterator[Account]:
    """A new account with a template of its own."""
    if not has_local_parts(platform):
        pytest.skip("the installation is elsewhere: its functions are its owner's to ask")
    account = Account(platform["urls"]["web"])
    account.sign_up(f"owner-{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(16))
    yield account
    account.http.close()


def command(name: str, **words: str) -> tuple[int, dict[str, Any], str]:
    """Run `make owner-<name>` without make: its status, its answer, and what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.owner", name],
        cwd=ROOT,
        env={**os.environ, "YES": "1", "REASON": WHY, **words},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


def trail(account: Account, query: str = "") -> list[tuple[str, str]]:
    """What an account reads in its trail: events of the owner, newest first."""
    told = account.call("GET", f"/events{query}")["data"]
    ours = [one["attributes"] for one in told if one["attributes"]["actor"] == "operator"]
    return [(one["name"], one["details"]["why"]) for one in ours]


def test_template_is_taken_back_and_its_creator_and_user_read_why(somebody: Account) -> None:
    name = f"Taken {secrets.token_hex(4)}"
    template = somebody.create("templates", {**WHOAMI, "name": name})["id"]
    somebody.call("POST", f"/templates/{template}/publish")
    app = somebody.create("deployments", {"name": "mine", "template_id": template})["id"]

    status, answer, said = command("withdraw", TEMPLATE=template)

    assert (status, answer.get("told"), said) == (0, 1, "")
    assert somebody.get("templates", template)["attributes"]["withdrawn_reason"] == WHY
    assert somebody.get("deployments", app)["attributes"]["withdrawn_reason"] == WHY
    with pytest.raises(Refused) as refused:
        somebody.call("POST", f"/templates/{template}/publish")
    assert refused.value.code == "withdrawn"
    assert command("readmit", TEMPLATE=template)[0] == 0
    somebody.call("POST", f"/templates/{template}/publish")
    assert ("withdrawn", WHY) in trail(somebody, f"?filter[resource_id]={template}")
    somebody.call("DELETE", f"/deployments/{app}")
    somebody.call("DELETE", f"/templates/{template}")


def test_account_is_found_kept_out_and_let_in_again(somebody: Account) -> None:
    user = str(somebody.user["id"])
    credential = somebody.create(
        "cloud_credentials",
        {
            "name": "For a test",
            "provider": "digitalocean",
            "credentials": {"api_token": "dop_v1_none"},
        },
    )["id"]

    assert command("find", WHO=credential)[1]["account"] == user
    status, answer, said = command("suspend", ACCOUNT=user, APPS="stop")
    assert (status, answer.get("changed"), said) == (0, True, "")
    with pytest.raises(Refused) as refused:
        somebody.call("GET", "/account")
    assert (refused.value.status, refused.value.code) == (403, "user_suspended")

    assert command("restore", ACCOUNT=user)[1]["changed"] is True

    told = trail(somebody, "?filter[resource_type]=subscriptions")
    assert told == [
        ("account_restored", WHY),
        ("account_suspended", WHY),
        ("account_looked_at", WHY),
    ]
    somebody.call("DELETE", f"/cloud_credentials/{credential}")


def test_account_is_added_up(somebody: Account) -> None:
    user = str(somebody.user["id"])

    status, answer, said = command("account", ACCOUNT=user)

    assert (status, said) == (0, "")
    assert (answer["owed_cents"], answer["paid_cents"], answer["balance_cents"]) == (0, 0, 0)


def test_account_that_nobody_knows_is_told_and_ends_with_1(somebody: Account) -> None:
    status, answer, said = command("suspend", ACCOUNT="nobody-at-all")

    assert (status, answer) == (1, {})
    assert "knows no account nobody-at-all" in said
