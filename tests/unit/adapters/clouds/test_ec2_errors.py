"""AWS's error codes as the product's errors."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)

from chalicelib.adapters.clouds.ec2_errors import CODES, KINDS, ask
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


def refusal(code: str, status: int = 400, message: str = "") -> ClientError:
    told = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(told, "RunInstances")  # type: ignore[arg-type]


def raising(error: Exception):
    def call():
        raise error

    return call


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("AuthFailure", 401, InvalidCredential),
        ("UnauthorizedOperation", 403, InvalidCredential),
        ("OptInRequired", 403, InvalidCredential),
        ("SignatureDoesNotMatch", 403, InvalidCredential),
        ("InsufficientInstanceCapacity", 500, NoCapacity),
        ("VcpuLimitExceeded", 400, QuotaExceeded),
        ("InstanceLimitExceeded", 400, QuotaExceeded),
        ("RequestLimitExceeded", 503, Throttled),
        ("Throttling", 400, Throttled),
        ("InvalidInstanceID.NotFound", 400, Gone),
        ("InvalidInstanceID.Malformed", 400, Gone),
        ("InvalidGroup.NotFound", 400, Gone),
        ("DependencyViolation", 400, NotReady),
        ("IncorrectInstanceState", 400, NotReady),
        ("InternalError", 500, ProviderUnavailable),
        ("Unavailable", 503, ProviderUnavailable),
        ("SomethingNew", 503, ProviderUnavailable),
        ("SomethingNew", 429, Throttled),
        ("InvalidParameterValue", 400, RefusedByProvider),
        ("VPCIdNotSpecified", 400, RefusedByProvider),
        ("SomethingNew", 400, RefusedByProvider),
    ],
)
def test_code_has_its_meaning(code: str, status: int, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        ask(raising(refusal(code, status)))

    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (ReadTimeoutError(endpoint_url="https://x"), ProviderUnavailable),
        (ConnectTimeoutError(endpoint_url="https://x"), ProviderUnavailable),
        (EndpointConnectionError(endpoint_url="https://x"), ProviderUnavailable),
        (ParamValidationError(report="Missing"), RefusedByProvider),
    ],
)
def test_failure_without_an_answer_has_its_meaning(
    error: Exception, meaning: type[Exception]
) -> None:
    with pytest.raises(meaning):
        ask(raising(error))


def test_no_code_means_two_things() -> None:
    assert len(KINDS) == sum(len(codes.split()) for codes in CODES.values())


def test_refusal_that_is_expected_is_the_callers() -> None:
    with pytest.raises(Expected) as caught:
        ask(raising(refusal("InvalidKeyPair.Duplicate")), "InvalidKeyPair.Duplicate")

    assert caught.value.code == "InvalidKeyPair.Duplicate"


@pytest.mark.parametrize("code", ["AuthFailure", "UnauthorizedOperation", "VcpuLimitExceeded", "X"])
def test_no_text_holds_a_key_or_a_blob(code: str) -> None:
    blob = "Ab0_-" * 40
    said = f"AKIANEVERSHOWN000000 wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY {blob}"

    with pytest.raises(Exception, match="AWS") as caught:
        ask(raising(refusal(code, 400, said)))

    for secret in ("AKIANEVER", "wJalrXUtnFEMI", blob):
        assert secret not in str(caught.value)


def test_missing_right_is_named() -> None:
    with pytest.raises(InvalidCredential, match="RunInstances"):
        ask(raising(refusal("UnauthorizedOperation", 403)))
