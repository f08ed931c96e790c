"""A link for a new password is asked for: one answer for everybody, and not too often."""

from __future__ import annotations

import uuid
from unittest import mock

import pytest

from chalicelib.runtime import wiring
from functions.api.account.request_password_reset import BY_ADDRESS, BY_EMAIL
from tests.functions.checks import Checked
from tests.functions.letters import sent
from tests.world import Reply

PATH = "/account/password-resets"


def ask(here: Checked, email: str, place: str = "") -> Reply:
    attributes = {"email": email}
    place = place or f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"
    headers = {"X-Forwarded-For": place}
    return here.call("POST", PATH, attributes, kind="password-resets", headers=headers)


def test_answer_tells_nothing_and_a_queue_does_the_rest(here: Checked, owner: str) -> None:
    here.world.people.add(owner, f"{owner}@example.com")
    sent()

    replies = [ask(here, f"{who}@example.com") for who in (owner, "nobody")]

    assert [reply.status for reply in replies] == [202, 202]
    assert replies[0].body == replies[1].body
    assert replies[0].attributes == {"good_for_seconds": 1800}
    asked = sorted(message["email"] for message in sent())
    assert asked == sorted([f"{owner}@example.com", "nobody@example.com"])
    assert here.world.mail.sent == []


def test_gateway_is_not_asked(here: Checked, owner: str) -> None:
    """So that neither the answer nor its time tells who has an account."""
    with mock.patch.object(wiring, "people", side_effect=AssertionError):
        assert ask(here, f"{owner}@example.com").status == 202


@pytest.mark.parametrize("email", ["", "ada", "@", "ada@", "a b@example.com", "a@" + "b" * 300])
def test_what_is_no_address_is_told(here: Checked, email: str) -> None:
    reply = ask(here, email)

    assert reply.status == 422
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/email"}


def test_one_address_is_written_to_so_often(here: Checked, owner: str) -> None:
    spellings = [f"{owner}@example.com", f"{owner}@EXAMPLE.com"] * BY_EMAIL.burst

    replies = [ask(here, email) for email in spellings[: BY_EMAIL.burst + 1]]

    assert [reply.status for reply in replies] == [202] * BY_EMAIL.burst + [429]
    assert int(replies[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "places", [["192.0.2.7"], ["2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6"], ["no address", ""]]
)
def test_one_place_asks_so_often(here: Checked, owner: str, places: list[str]) -> None:
    asked = [
        ask(here, f"{owner}-{number}@example.com", places[number % len(places)] or "none")
        for number in range(BY_ADDRESS.burst + 1)
    ]

    assert [reply.status for reply in asked] == [202] * BY_ADDRESS.burst + [429]


@pytest.mark.parametrize(
    ("contact", "words"),
    [
        ("", "Ask whoever runs this installation: a link can be made for you."),
        ("help@example.com", "Write to help@example.com: a link can be made for you."),
    ],
)
def test_without_mail_it_is_said_what_to_do_instead(
    here: Checked, owner: str, contact: str, words: str
) -> None:
    changed = {"mail_from": "", "support_contact": contact}
    known = wiring.settings().model_copy(update=changed)
    with mock.patch.object(wiring, "settings", return_value=known):
        reply = ask(here, f"{owner}@example.com")

    assert (reply.status, reply.codes) == (503, ["mail_not_configured"])
    assert reply.body["errors"][0]["detail"] == f"This installation sends no mail. {words}"
