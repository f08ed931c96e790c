"""A forgotten password: asked for, read in the mailbox, set once, and told to its owner."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys

import httpx
import pytest

from e2e.installation import has_local_parts
from e2e.resilience.parts import until
from infra.local.journey.client import Account, Json
from infra.local.platform.layout import ROOT

LINK = re.compile(r"(http\S+/reset-password)#([\w-]+)")
FIRST, SECOND, THIRD = (secrets.token_urlsafe(12) for _ in range(3))


@pytest.fixture
def mailbox(platform: Json) -> str:
    if not has_local_parts(platform):
        pytest.skip("the installation is elsewhere: its letters go to their owners")
    return str(platform["urls"]["mail"])


def letters(mailbox: str, email: str) -> list[Json]:
    """The letters to an address, the newest first."""
    answer = httpx.get(f"{mailbox}/messages", params={"to": email}, trust_env=False)
    found: list[Json] = answer.json()["messages"]
    return found


def post(web: str, kind: str, **attributes: str) -> httpx.Response:
    """Ask as somebody who is not signed in."""
    document = {"data": {"type": kind, "attributes": attributes}}
    url = f"{web}/api/v1/account/{kind}"
    return httpx.post(url, json=document, trust_env=False, timeout=60)


def signs_in(web: str, email: str, password: str) -> bool:
    given = {"email": email, "password": password}
    answer = httpx.post(f"{web}/mod/auth/login", json=given, trust_env=False, timeout=30)
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


def test_forgotten_password_is_set_anew_by_a_letter(platform: Json, mailbox: str) -> None:
    web, email = platform["urls"]["web"], f"forgot-{secrets.token_hex(6)}@example.com"
    account = Account(web)
    account.sign_up(email, FIRST)

    asked = [
        post(web, "password-resets", email=address)
        for address in (email, f"nobody-{secrets.token_hex(6)}@example.com")
    ]
    [letter] = until(lambda: letters(mailbox, email), "the letter comes", within=30)
    page, token = LINK.findall(letter["text"])[0]
    first, again = (
        post(web, "passwords", token=token, password=password) for password in (SECOND, THIRD)
    )

    assert [(one.status_code, one.json()["data"]["attributes"]) for one in asked] == [
        (202, {"good_for_seconds": 1800})
    ] * 2
    assert first.status_code == 200, first.text
    assert page == f"{web}/reset-password"
    assert [signs_in(web, email, one) for one in (FIRST, SECOND)] == [False, True]
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "link_used")
    until(lambda: len(letters(mailbox, email)) == 2, "the owner is told", within=30)
    assert letters(mailbox, email)[0]["subject"] == "Your password for Hoster was changed"

    handed = make_link(account.user["id"])
    assert handed["email"] == email
    token = LINK.findall(handed["link"])[0][1]
    assert post(web, "passwords", token=token, password=THIRD).status_code == 200
    assert [signs_in(web, email, one) for one in (SECOND, THIRD)] == [False, True]


def make_link(account: str) -> Json:
    """What `make owner-reset-password` prints, run without make."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.owner", "reset-password"],
        cwd=ROOT,
        env={**os.environ, "ACCOUNT": account},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found: Json = json.loads(done.stdout)
    return found
