"""A forgotten password: asked for, read in the mailbox, set once, and told to its owner."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time

import httpx
import pytest

from e2e.installation import has_local_parts
from e2e.resilience.parts import until
from infra.local.journey.client import Account, Json, Refused
from infra.local.platform.layout import ROOT

LINK = re.compile(r"(http\S+/reset-password)#([\w-]+)")
FIRST, SECOND, THIRD = (secrets.token_urlsafe(12) for _ in range(3))
ASK, SET = "/account/password-resets", "/account/passwords"


@pytest.fixture
def mailbox(platform: Json) -> str:
    if not has_local_parts(platform):
        pytest.skip("the installation is elsewhere: its letters go to their owners")
    return str(platform["urls"]["mail"])


def letters(mailbox: str, email: str) -> list[Json]:
    """Whoever has the address: their letters, the newest first."""
    answer = httpx.get(f"{mailbox}/messages", params={"to": email}, trust_env=False)
    found: list[Json] = answer.json()["messages"]
    return found


def signs_in(web: str, email: str, password: str) -> bool:
    given = {"email": email, "password": password}
    answer = httpx.post(f"{web}/mod/auth/login", json=given, trust_env=False, timeout=30)
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


def test_forgotten_password_is_set_anew_by_a_letter(platform: Json, mailbox: str) -> None:
    web, email = platform["urls"]["web"], f"forgot-{secrets.token_hex(6)}@example.com"
    account, visitor = Account(web), Account(web)
    account.sign_up(email, FIRST)

    answers = []
    for address in (email, f"nobody-{secrets.token_hex(6)}@example.com"):
        began = time.monotonic()
        told = visitor.call("POST", ASK, {"email": address}, "password-resets")
        answers.append((told["data"]["attributes"], time.monotonic() - began))
    [letter] = until(lambda: letters(mailbox, email), "the letter comes", within=30)
    page, token = LINK.findall(letter["text"])[0]
    visitor.call("POST", SET, {"token": token, "password": SECOND}, "passwords")

    assert answers[0][0] == answers[1][0]
    assert page == f"{web}/reset-password"
    assert [signs_in(web, email, one) for one in (FIRST, SECOND)] == [False, True]
    with pytest.raises(Refused) as again:
        visitor.call("POST", SET, {"token": token, "password": THIRD}, "passwords")
    assert (again.value.status, again.value.code) == (422, "link_used")
    assert not signs_in(web, email, THIRD)
    until(lambda: len(letters(mailbox, email)) == 2, "the owner is told", within=30)
    assert letters(mailbox, email)[0]["subject"] == "Your password for Hoster was changed"

    handed = make_link(account.user["id"])
    assert handed["email"] == email
    given = {"token": LINK.findall(handed["link"])[0][1], "password": THIRD}
    visitor.call("POST", SET, given, "passwords")
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
