"""Hetzner's error codes as the product's errors."""

from __future__ import annotations

import pytest
import requests
from hcloud import APIException, HCloudException

from chalicelib.adapters.clouds.hetzner import Hetzner
from chalicelib.adapters.clouds.hetzner_errors import CODES, KINDS, ask
from chalicelib.adapters.clouds.refusals import Expected
from chalicelib.domain.errors import (
    Gone,
    InvalidCredential,
    NoCapacity,
    NotReady,
    ProviderUnavailable,
    QuotaExceeded,
    RefusedByProvider,
    Throttled,
)


def raising(error: Exception):
    def call():
        raise error

    return call


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("unauthorized", InvalidCredential),
        ("forbidden", InvalidCredential),
        ("token_readonly", InvalidCredential),
        ("resource_unavailable", NoCapacity),
        ("placement_error", NoCapacity),
        ("resource_limit_exceeded", QuotaExceeded),
        ("rate_limit_exceeded", Throttled),
        ("not_found", Gone),
        ("locked", NotReady),
        ("conflict", NotReady),
        ("resource_in_use", NotReady),
        ("service_error", ProviderUnavailable),
        ("maintenance", ProviderUnavailable),
        ("invalid_input", RefusedByProvider),
        ("something_new", RefusedByProvider),
        (401, InvalidCredential),
        (404, Gone),
        (429, Throttled),
        (418, RefusedByProvider),
        (502, ProviderUnavailable),
    ],
)
def test_code_has_its_meaning(code: int | str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        ask(raising(APIException(code, "in its own words", None)))

    assert type(caught.value) is error


@pytest.mark.parametrize(
    "error",
    [
        requests.exceptions.ConnectTimeout(),
        requests.exceptions.ConnectionError(),
        HCloudException("x"),
        KeyError("server"),
    ],
)
def test_failure_without_an_answer_may_have_had_its_effect(error: Exception) -> None:
    with pytest.raises(ProviderUnavailable):
        ask(raising(error))


def test_no_code_means_two_things() -> None:
    assert len(KINDS) == sum(len(codes.split()) for codes in CODES.values())


def test_refusal_that_is_expected_is_the_callers() -> None:
    with pytest.raises(Expected):
        ask(raising(APIException("uniqueness_error", "taken", None)), "uniqueness_error")


@pytest.mark.parametrize("code", ["rate_limit_exceeded", "conflict", "timeout"])
def test_call_is_sent_once(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """hcloud tries again by itself, after a sleep; the state machines do that here."""
    cloud = Hetzner("token", "http://127.0.0.1:1/v1")
    sent = []
    answer = requests.Response()
    answer.status_code = 409
    answer._content = b'{"error": {"code": "%s", "message": "no"}}' % code.encode()
    monkeypatch.setattr(
        cloud.client._client._session, "request", lambda **given: sent.append(given) or answer
    )

    with pytest.raises((Throttled, NotReady, ProviderUnavailable)):
        cloud.check()

    assert len(sent) == 1
    assert sent[0]["timeout"] == (5, 20)
