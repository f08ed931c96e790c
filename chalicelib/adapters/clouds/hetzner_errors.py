"""Turns what Hetzner refuses into the product's errors, by Hetzner's own error codes.

Codes: https://docs.hetzner.cloud/reference/cloud#errors
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hcloud import APIException, HCloudException
from requests.exceptions import RequestException

from chalicelib.adapters.clouds.refusals import Expected
from chalicelib.domain.errors import (
    Gone,
    InvalidCredential,
    NoCapacity,
    NotReady,
    ProductError,
    ProviderUnavailable,
    QuotaExceeded,
    RefusedByProvider,
    Throttled,
)

T = TypeVar("T")
CODES = {
    "wrong_token": "unauthorized",
    "no_right": "forbidden token_readonly permission_denied",
    "full": "resource_unavailable placement_error no_space_left_in_location",
    "quota": "resource_limit_exceeded server_limit_exceeded",
    "pause": "rate_limit_exceeded",
    "busy": "conflict locked resource_locked resource_in_use server_already_attached",
    "failed": """
        service_error server_error unavailable maintenance timeout bad_gateway gateway_timeout
        unknown_error action_failed""",
    "gone": "not_found",
}
KINDS = {code: kind for kind, codes in CODES.items() for code in codes.split()}
STATUSES = {401: "wrong_token", 403: "no_right", 404: "gone", 409: "busy", 429: "pause"}
"""What a bare status means, where an answer has no code."""


def ask(call: Callable[[], T], *expected: str) -> T:
    """Do one call and turn its failures into the product's errors.

    Raises `Expected` for a refusal with one of the codes that the caller expects.
    """
    try:
        return call()
    except APIException as error:
        if error.code in expected:
            raise Expected(str(error.code)) from None
        raise _meaning(error.code, error.message or "") from None
    except (RequestException, HCloudException):
        raise ProviderUnavailable("Hetzner did not answer.") from None
    except (KeyError, TypeError, ValueError):
        # hcloud reads answers as it goes; what it cannot read tells nothing of the call.
        raise ProviderUnavailable("Hetzner's answer cannot be read.") from None


def _meaning(code: int | str, message: str) -> ProductError:
    if isinstance(code, int):
        kind = STATUSES.get(code, "failed" if code >= 500 else "refused")
    else:
        kind = KINDS.get(code, "refused")
    said = message[:300] or "no reason given"
    errors: dict[str, ProductError] = {
        "wrong_token": InvalidCredential(
            "Hetzner refuses the token; replace it in the credential."
        ),
        "no_right": InvalidCredential(
            "Hetzner lets this token only read, or not do this; give one that may write."
        ),
        "full": NoCapacity(f"Hetzner has no such server there now: {said}"),
        "quota": QuotaExceeded(f"The Hetzner project allows no more: {said}"),
        "pause": Throttled("Hetzner asks for a pause."),
        "busy": NotReady(f"Hetzner is still busy with it ({code})."),
        "failed": ProviderUnavailable(f"Hetzner failed with {code}."),
        "gone": Gone("Hetzner does not know it."),
        "refused": RefusedByProvider(f"Hetzner refuses the request ({code}): {said}"),
    }
    return errors[kind]
