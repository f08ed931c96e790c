"""A link can be sent once more, and then the one before opens nothing."""

from __future__ import annotations

from tests.functions.checks import Checked
from tests.functions.notices import asked, hook, mailbox


def test_link_is_sent_once_more(here: Checked, owner: str) -> None:
    channel = mailbox(here, owner)
    asked()

    reply = here.call("POST", f"{channel}/confirmation", user=owner)

    assert reply.status == 200
    assert len(asked()) == 1


def test_webhook_needs_none(here: Checked, owner: str) -> None:
    reply = here.call("POST", f"{hook(here, owner)}/confirmation", user=owner)

    assert (reply.status, reply.codes) == (409, ["confirmed"])
