"""What Stripe's errors mean here."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from chalicelib.adapters.payments.stripe import Stripe
from chalicelib.domain.errors import PaymentsRefused, ProductError, Throttled


class Refusing(stripe.HTTPClient):
    """Answers every request with one error."""

    name = "refusing"

    def __init__(self, status: int, code: str) -> None:
        super().__init__()
        self.status, self.code = status, code

    def request(self, *_given: Any, **_more: Any) -> tuple[str, int, Any]:
        told = {"error": {"type": "invalid_request_error", "code": self.code, "message": "x"}}
        return json.dumps(told), self.status, {"stripe-should-retry": "false"}

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (409, "idempotency_key_in_use", Throttled),
        (429, "rate_limit", Throttled),
        (400, "amount_too_small", PaymentsRefused),
    ],
)
def test_refusal_has_its_meaning(status: int, code: str, meaning: type[ProductError]) -> None:
    payments = Stripe("sk_test_x", (), "http://stripe.test", Refusing(status, code))

    with pytest.raises(meaning):
        payments.create_customer("account", key="key")
