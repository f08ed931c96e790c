"""A channel is made with what fits its kind, and its secret is shown once."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.notices.rules import EVENTS
from chalicelib.ports.records import Count
from chalicelib.runtime import wiring
from chalicelib.services.counters import total_key
from chalicelib.services.notices.notice_channels import MOST
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.notices import URL, asked, hook


def test_webhook_shows_its_secret_once(here: Checked, owner: str) -> None:
    reply = here.call("POST", "/notice_channels", {"kind": "webhook", "url": URL}, user=owner)
    later = here.call("GET", f"/notice_channels/{reply.id}", user=owner)

    assert reply.attributes["secret"].startswith("whsec_")
    assert later.attributes["secret"] is None
    assert reply.attributes["status"] == "active"
    assert set(reply.attributes["events"]) == set(EVENTS)


def test_address_of_mail_waits_for_its_confirmation(here: Checked, owner: str) -> None:
    asked()
    given = {"kind": "email", "address": "team@example.com"}

    reply = here.call("POST", "/notice_channels", given, user=owner)

    assert reply.attributes["status"] == "unconfirmed"
    assert len(asked()) == 1
    path = f"/notice_channels/{reply.id}/test"
    refused = here.call("POST", path, user=owner, kind="notice_deliveries")
    assert refused.codes == ["unconfirmed"]


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "webhook"},
        {"kind": "webhook", "url": "http://hooks.example.com/"},
        {"kind": "webhook", "url": "https://user:pass@hooks.example.com/"},
        {"kind": "webhook", "url": "https:///nowhere"},
        {"kind": "webhook", "url": "https://hooks.example.com/#here"},
        {"kind": "webhook", "url": "https://inside.example.com/"},
        {"kind": "webhook", "url": URL, "address": "a@example.com"},
        {"kind": "webhook", "url": URL, "events": []},
        {"kind": "webhook", "url": URL, "events": ["app_down", "app_down"]},
        {"kind": "webhook", "url": URL, "events": ["weather"]},
        {"kind": "webhook", "url": URL, "deployment_id": "dep_unknown"},
        {"kind": "webhook", "url": URL, "secret": "whsec_short"},
        {"kind": "email", "address": "a@example.com", "secret": "whsec_" + "A" * 44},
        {"kind": "email"},
        {"kind": "email", "address": "nobody"},
        {"kind": "email", "address": "a@example.com\r\nBcc: b@example.com"},
        {"kind": "pigeon", "address": "a@example.com"},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(here: Checked, owner: str, given: dict[str, Any]) -> None:
    here.world.hooks.refused.add("inside.example.com")

    assert here.call("POST", "/notice_channels", given, user=owner).status == 422


def test_app_of_somebody_else_is_none(here: Checked, owner: str, stranger: str) -> None:
    given = {"kind": "webhook", "url": URL, "deployment_id": things.deployment(here, stranger)}

    assert here.call("POST", "/notice_channels", given, user=owner).status == 422


def test_account_has_twenty_channels_at_most(here: Checked, owner: str) -> None:
    hook(here, owner)
    wiring.records().commit(Count(total_key("notice_channels", owner), MOST - 1))

    reply = here.call("POST", "/notice_channels", {"kind": "webhook", "url": URL}, user=owner)

    assert (reply.status, reply.codes) == (403, ["plan_limit_exceeded"])
