"""Another secret is shown once, and only what is signed has one."""

from __future__ import annotations

from tests.functions.checks import Checked
from tests.functions.notices import hook, mailbox


def test_secrets_follow_each_other(here: Checked, owner: str) -> None:
    channel = hook(here, owner)

    shown = [
        here.call("POST", f"{channel}/rotate_secret", user=owner).attributes["secret"]
        for _ in range(3)
    ]

    assert len(set(shown)) == 3
    assert here.call("GET", channel, user=owner).attributes["secret"] is None
    assert here.call("GET", channel, user=owner).attributes["previous_secret_until"]


def test_mail_has_no_secret(here: Checked, owner: str) -> None:
    reply = here.call("POST", f"{mailbox(here, owner)}/rotate_secret", user=owner)

    assert (reply.status, reply.codes) == (409, ["not_a_webhook"])
