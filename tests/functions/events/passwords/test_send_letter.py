"""Letters about passwords: a link to who has the address, and word of a change to the owner."""

from __future__ import annotations

import re
from unittest import mock

import pytest

from chalicelib.domain import reset_links
from chalicelib.ports.mail import Letter
from chalicelib.runtime import observe, wiring
from chalicelib.services.accounts import passwords
from tests.functions.checks import Checked
from tests.functions.letters import hand_over
from tests.permissions import unwatched

LINK = re.compile(r"https://hoster\.test/reset-password#([\w-]+)")


def letters_to(here: Checked, email: str) -> list[Letter]:
    return [letter for letter in here.world.mail.sent if letter.to == email]


def test_link_is_sent_to_the_address_as_the_gateway_has_it(here: Checked, owner: str) -> None:
    here.world.people.add(owner, f"{owner}@example.com")

    assert hand_over({"email": f"{owner}@Example.com"}) == []

    [letter] = letters_to(here, f"{owner}@example.com")
    assert letter.subject == "Set a new password for Hoster"
    [token] = LINK.findall(letter.text)
    assert LINK.findall(letter.html) == [token]
    with unwatched():
        link = reset_links.read(reset_links.key_of(wiring.idempotency_secret()), token)
        standing = wiring.resets().standing(owner, link.digest, 0)
    assert (link.account, standing) == (owner, "open")


@pytest.mark.parametrize("who", ["nobody", "kept out"])
def test_nobody_else_is_written_to(here: Checked, owner: str, who: str) -> None:
    email = f"{owner}@example.com"
    if who == "kept out":
        here.world.people.add(owner, email, is_active=False)

    assert hand_over({"email": email}) == []
    assert letters_to(here, email) == []


@pytest.mark.parametrize("failing", ["gateway", "mail"])
def test_what_fails_is_delivered_again_and_keeps_no_other_one_back(
    here: Checked, owner: str, failing: str
) -> None:
    for number in (1, 2):
        here.world.people.add(f"{owner}-{number}", f"{owner}-{number}@example.com")
    if failing == "gateway":
        here.world.people.failures = ["refused"]
    else:
        here.world.mail.failures = ["away"]
    messages = [{"email": f"{owner}-{number}@example.com"} for number in (1, 2)]

    assert hand_over(*messages) == ["0"]
    assert len(letters_to(here, f"{owner}-2@example.com")) == 1
    assert hand_over(messages[0]) == []
    assert len(letters_to(here, f"{owner}-1@example.com")) == 1


def test_what_cannot_be_read_is_delivered_again(here: Checked) -> None:
    assert hand_over({"text": "?"}) == ["0"]


def test_no_log_names_an_address(here: Checked, owner: str) -> None:
    here.world.people.add(owner, f"{owner}@example.com")
    here.world.mail.failures = ["refused"]

    with mock.patch.multiple(
        observe.logger, info=mock.DEFAULT, warning=mock.DEFAULT, exception=mock.DEFAULT
    ) as said:
        hand_over({"email": f"{owner}@example.com"}, {"email": f"{owner}@example.com"})

    said["warning"].assert_called_once()
    assert owner not in str([logged.mock_calls for logged in said.values()])


def an_issued(here: Checked, owner: str) -> str:
    """The digest of a link that somebody has taken."""
    here.world.people.add(owner, f"{owner}@example.com")
    with unwatched():
        token = passwords.issue_link(wiring, owner).partition("#")[2]
    return reset_links.digest_of(token)


@pytest.mark.parametrize(
    ("standing", "subject"),
    [
        ("used", "Your password for Hoster was changed"),
        ("doubtful", "Your password for Hoster was probably changed"),
        ("replaced", "Your password for Hoster was changed"),
    ],
)
def test_owner_hears_of_a_change_that_may_have_been(
    here: Checked, owner: str, standing: str, subject: str
) -> None:
    digest = an_issued(here, owner)
    with unwatched():
        if standing == "replaced":
            passwords.issue_link(wiring, owner)
        else:
            wiring.resets().hold(owner, digest, 1, 2)
        if standing == "used":
            wiring.resets().use(owner, digest)

    assert hand_over({"account": owner, "digest": digest}) == []

    [letter] = letters_to(here, f"{owner}@example.com")
    assert letter.subject == subject
    assert "whoever runs Hoster" in letter.text


def test_change_that_was_not_made_is_not_told(here: Checked, owner: str) -> None:
    digest = an_issued(here, owner)

    assert hand_over({"account": owner, "digest": digest}) == []
    assert letters_to(here, f"{owner}@example.com") == []


def test_change_that_is_being_made_is_looked_at_later(here: Checked, owner: str) -> None:
    digest = an_issued(here, owner)
    with unwatched():
        wiring.resets().hold(owner, digest, 1, 9_999_999_999)

    assert hand_over({"account": owner, "digest": digest}) == ["0"]
