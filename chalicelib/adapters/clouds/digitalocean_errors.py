"""Turns what DigitalOcean refuses into the product's errors, by status and sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError

from chalicelib.domain.errors import (
    Gone,
    InvalidCredential,
    NoCapacity,
    ProductError,
    ProviderUnavailable,
    QuotaExceeded,
    RefusedByProvider,
    Throttled,
)

Json = dict[str, Any]


def ask(call: Callable[[], Any]) -> Json:
    """Do one call and turn its failures into the product's errors, without the SDK's text."""
    try:
        answer = call()
    except HttpResponseError as error:
        raise _meaning(error.status_code or 0, _said(error)) from None
    except AzureError:
        raise ProviderUnavailable("DigitalOcean did not answer.") from None
    if isinstance(answer, dict) and "message" in answer and "id" in answer:
        # Some calls hand a 404's body back instead of raising.
        raise _meaning(404, str(answer["message"]))
    return answer if isinstance(answer, dict) else {}


def _said(error: HttpResponseError) -> str:
    """The provider's own sentence about a refused request."""
    try:
        answer: Any = error.response
        body: Json = answer.json() if answer is not None else {}
        return str(body.get("message", ""))[:300]
    except Exception:  # an answer that is no JSON says nothing that helps
        return ""


def _meaning(status: int, said: str) -> ProductError:
    quota = "limit" in said.lower() and "droplet" in said.lower()
    full = status == 422 and ("unavailable" in said.lower() or "capacity" in said.lower())
    refused = f"DigitalOcean refuses the request: {said or 'no reason given'}"
    no_token = InvalidCredential("DigitalOcean refuses the token; replace it in the credential.")
    if quota:
        return QuotaExceeded(f"DigitalOcean allows no more droplets: {said}")
    if full:
        return NoCapacity(f"DigitalOcean has no such server there: {said}")
    by_status: dict[int, ProductError] = {
        400: RefusedByProvider(refused),
        401: no_token,
        403: no_token,
        404: Gone("DigitalOcean does not know it."),
        409: RefusedByProvider(refused),
        422: RefusedByProvider(refused),
        429: Throttled("DigitalOcean asks for a pause."),
    }
    failed = ProviderUnavailable(f"DigitalOcean failed with status {status}.")
    return by_status.get(status, failed)
