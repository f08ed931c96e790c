"""A new password by a link: once, in time, and with no doubt about what was done."""

from __future__ import annotations

import uuid

import pytest

from chalicelib.domain import reset_links
from chalicelib.ports.mail import Letter
from chalicelib.runtime import wiring
from chalicelib.services.accounts import passwords
from functions.api.account.set_password import BY_ADDRESS
from tests.functions.checks import Checked
from tests.functions.letters import hand_over, sent
from tests.permissions import unwatched
from tests.world import Reply

NEW = "another one"


@pytest.fixture
def token(here: Checked, owner: str) -> str:
    here.world.people.add(owner, f"{owner}@example.com")
    return issued(owner)


def issued(owner: str) -> str:
    with unwatched():
        return passwords.issue_link(wiring, owner).partition("#")[2]


def set_password(
    here: Checked, token: str, password: str = NEW, place: str = "", **checked: bool
) -> Reply:
    place = place or f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"
    call = here.call if checked.get("checked", True) else here.world.call
    attributes = {"token": token, "password": password}
    headers = {"X-Forwarded-For": place}
    return call("POST", "/account/passwords", attributes, kind="passwords", headers=headers)


def letters_to(here: Checked, owner: str) -> list[Letter]:
    return [one for one in here.world.mail.sent if one.to == f"{owner}@example.com"]


def code(reply: Reply) -> tuple[int, str, str]:
    [error] = reply.body["errors"]
    return reply.status, error["code"], error.get("source", {}).get("pointer", "")


def test_password_is_set_once_and_its_owner_is_told(here: Checked, owner: str, token: str) -> None:
    sent()

    first, again = set_password(here, token), set_password(here, token, "a third one")

    assert (first.status, first.attributes) == (200, {"sessions_end": False})
    assert here.world.people.passwords[owner] == NEW
    assert code(again) == (422, "link_used", "/data/attributes/token")
    assert hand_over(*sent()) == []
    [letter] = letters_to(here, owner)
    assert letter.subject == "Your password for Hoster was changed"
    assert NEW not in letter.text + letter.html


def test_older_link_is_no_good_after_a_newer_one(here: Checked, owner: str, token: str) -> None:
    newer = issued(owner)

    assert code(set_password(here, token))[1] == "link_replaced"
    assert set_password(here, newer).status == 200


def test_link_is_good_for_half_an_hour(here: Checked, owner: str, token: str) -> None:
    here.world.skew += reset_links.LIFETIME_SECONDS
    try:
        assert code(set_password(here, token))[1] == "link_expired"
    finally:
        here.world.skew -= reset_links.LIFETIME_SECONDS
    assert owner not in here.world.people.passwords


@pytest.mark.parametrize("changed", ["", "garbage", "forged"])
def test_link_that_is_none_is_told(here: Checked, owner: str, token: str, changed: str) -> None:
    forged = reset_links.make(b"another key", owner, 9_999_999_999, "nonce")
    said = {"": token[:-1], "garbage": "%%%", "forged": forged}[changed]

    assert code(set_password(here, said)) == (422, "link_invalid", "/data/attributes/token")


@pytest.mark.parametrize("password", ["", "short77", "ü" * 37, "x" * 73])
def test_password_that_the_gateway_would_not_take_spoils_no_link(
    here: Checked, owner: str, token: str, password: str
) -> None:
    reply = set_password(here, token, password)

    assert code(reply) == (422, "invalid", "/data/attributes/password")
    assert set_password(here, token).status == 200


def test_gateway_that_did_nothing_leaves_the_link(here: Checked, owner: str, token: str) -> None:
    sent()
    here.world.people.failures = ["refused"]

    assert set_password(here, token).status == 503
    assert hand_over(*sent()) == []
    assert letters_to(here, owner) == []

    assert set_password(here, token).status == 200


@pytest.mark.parametrize(("how", "is_set"), [("dead", False), ("lost", True)])
def test_doubt_keeps_the_link_until_it_is_settled(
    here: Checked, owner: str, token: str, how: str, is_set: bool
) -> None:
    sent()
    here.world.people.failures = [how]

    doubtful = set_password(here, token, checked=False)
    assert code(doubtful) == (502, "gateway_in_doubt", "")
    assert int(doubtful.headers["Retry-After"]) == passwords.HELD_SECONDS
    assert (owner in here.world.people.passwords) is is_set
    at_once = set_password(here, token)
    assert code(at_once)[:2] == (409, "link_in_use")
    assert int(at_once.headers["Retry-After"]) == passwords.HELD_SECONDS
    messages = sent()
    assert hand_over(*messages) == ["0"]

    here.world.skew += passwords.HELD_SECONDS
    try:
        assert hand_over(*messages) == []
        [letter] = letters_to(here, owner)
        assert letter.subject == "Your password for Hoster was probably changed"
        assert set_password(here, token).status == 200
    finally:
        here.world.skew -= passwords.HELD_SECONDS
    assert here.world.people.passwords[owner] == NEW


def test_account_that_is_gone_is_told(here: Checked, owner: str, token: str) -> None:
    del here.world.people.known[owner]

    assert code(set_password(here, token))[:2] == (422, "link_used")


def test_no_answer_repeats_a_password_or_a_link(here: Checked, owner: str, token: str) -> None:
    replies = [set_password(here, token, "short"), set_password(here, token + "x")]

    assert not [reply for reply in replies if token in str(reply.body) or reply.body == "short"]


def test_one_place_tries_so_often(here: Checked) -> None:
    replies = [set_password(here, "x", place="192.0.2.9") for _ in range(BY_ADDRESS.burst + 1)]

    assert [reply.status for reply in replies] == [422] * BY_ADDRESS.burst + [429]
