"""What SES publishes of letters is read for what it means, and nothing else is believed."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.runtime.mail_returns import read
from tests.functions.mail_returns import event

ADDRESS, CHANNEL = "team@example.com", "chn_0123456789abcdef"


def changed(told: dict[str, Any], part: str, **changes: Any) -> dict[str, Any]:
    return {**told, part: {**told[part], **changes}}


@pytest.mark.parametrize(
    ("kind", "meant", "detail"),
    [
        (
            "Permanent",
            "bounced",
            "The mail server there refuses letters. It said: 550 no such user",
        ),
        ("Transient", "delayed", "The mailbox is full. It said: 550 no such user"),
        (
            "Undetermined",
            "delayed",
            "The mail server there took no letter. It said: 550 no such user",
        ),
        ("Complaint", "complained", "Its reader reported a letter as spam."),
    ],
)
def test_each_kind_is_told_apart(kind: str, meant: str, detail: str) -> None:
    returned = read(event(ADDRESS, CHANNEL, kind=kind, at="2026-02-15T11:05:00+01:00"))

    assert returned is not None
    assert (returned.kind, returned.address, returned.channel) == (meant, ADDRESS, CHANNEL)
    assert returned.at == "2026-02-15T10:05:00.000Z"
    assert returned.detail == detail


def test_letter_without_a_channel_is_read_as_well() -> None:
    told = event(ADDRESS)

    assert [read(one).channel for one in (told, changed(told, "mail", tags=None))] == ["", ""]


def test_what_a_server_says_is_one_short_line() -> None:
    said = "smtp; 550-no\r\n 550 \x1b[31m" + "x" * 900
    told = changed(event(ADDRESS), "bounce", bouncedRecipients=[{"diagnosticCode": said}])

    detail = read(told).detail

    assert "\n" not in detail
    assert "\x1b" not in detail
    assert len(detail) < 260


@pytest.mark.parametrize("kind", ["Delivery", "Send", "Open", "DeliveryDelay"])
def test_other_events_mean_nothing(kind: str) -> None:
    assert read({**event(ADDRESS), "eventType": kind}) is None


@pytest.mark.parametrize(
    "told",
    [
        {},
        [],
        "text",
        None,
        {"eventType": "Bounce", "mail": {}, "bounce": {"bounceType": "Permanent"}},
        changed(event(ADDRESS), "mail", destination=[]),
        changed(event(ADDRESS), "mail", destination=[ADDRESS, "other@example.com"]),
        changed(event(ADDRESS), "mail", destination=[""]),
        changed(event(ADDRESS), "mail", messageId=7),
        changed(event(ADDRESS), "bounce", timestamp="yesterday"),
        changed(event(ADDRESS), "mail", tags={"channel": 7}),
    ],
)
def test_what_is_no_return_is_said_to_be_none(told: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(told)
