"""What answers of the gateway's meter mean, that the local gateway does not give."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from chalicelib.adapters.metering.apigate import APIGateMeter, _refusal, _verdicts
from chalicelib.domain.errors import (
    MeterInDoubt,
    MeterUnavailable,
    NoneCounted,
    ProductError,
    ReportRefused,
    Unavailable,
)
from chalicelib.ports.records import Usage

EVENTS = [Usage(f"evt_{n}", "user", "deployment.started", "d", "deployment", "") for n in (1, 2)]
ERROR = {"index": 1, "id": "evt_2", "code": "invalid_quantity", "detail": "Quantity must be >= 0"}
TWICE = {"accepted": 0, "rejected": 2, "errors": [ERROR, ERROR]}


def said(**meta: object) -> bytes:
    return json.dumps({"meta": meta}).encode()


def test_event_that_is_not_counted_is_told_by_its_id() -> None:
    told = _verdicts(said(accepted=1, rejected=1, errors=[ERROR]), EVENTS)

    assert {one: (told[one].code, told[one].detail) for one in told} == {
        "evt_2": ("invalid_quantity", "Quantity must be >= 0")
    }


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"accepted",
        b"[]",
        b"{}",
        b'{"meta": null}',
        said(accepted=1),
        said(accepted=1, rejected=0, errors=None),
        said(accepted=1, rejected=1, errors=None),
        said(accepted=1, rejected=1, errors=[{**ERROR, "index": 2}]),
        said(accepted="2", rejected=0, errors=None),
        said(**TWICE),
    ],
)
def test_answer_that_does_not_tell_of_each_event_leaves_them_in_doubt(text: bytes) -> None:
    with pytest.raises(MeterInDoubt):
        _verdicts(text, EVENTS)


@pytest.mark.parametrize(("status", "header"), [(429, "7"), (503, " 7 ")])
def test_pause_that_is_asked_for_is_told(status: int, header: str) -> None:
    assert _refusal(status, b"", header).retry_after == 7


def test_pause_may_be_a_moment() -> None:
    told = _refusal(429, b"", format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))

    assert told.retry_after is not None
    assert 3500 < told.retry_after <= 3600


@pytest.mark.parametrize("header", [None, "", "soon", "-1", "1.5"])
def test_pause_that_is_none_is_left_out(header: str | None) -> None:
    assert _refusal(429, b"", header).retry_after is None


def test_words_of_the_gateway_are_kept_and_bounded() -> None:
    document = {"errors": [{"code": "bad_request", "detail": "x" * 5000}]}

    told = _refusal(400, json.dumps(document).encode(), None)

    assert told.error_code == "bad_request"
    assert len(told.detail) < 400


PAGES = [b"", b"<html>400 No required SSL certificate was sent</html>", b'{"message": "Bad"}']


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("page", PAGES)
def test_answer_that_is_not_the_gateways_own_is_an_outage(status: int, page: bytes) -> None:
    told = _refusal(status, page, "7")

    assert isinstance(told, MeterUnavailable)
    assert told.retry_after == 7


@pytest.mark.parametrize(
    ("status", "kind"), [(400, ReportRefused), (413, ReportRefused), (422, NoneCounted)]
)
def test_gateways_own_answer_judges_the_report(status: int, kind: type[ProductError]) -> None:
    document = {"errors": [{"code": "bad_request", "detail": "Invalid JSON body"}]}

    assert isinstance(_refusal(status, json.dumps(document).encode(), None), kind)


def test_secret_that_cannot_be_read_is_known_before_anything_is_sent() -> None:
    def secret() -> str:
        raise Unavailable("The secrets' service does not answer.")

    with pytest.raises(MeterUnavailable):
        APIGateMeter("http://127.0.0.1:9/_internal/meter", secret).report(EVENTS)
