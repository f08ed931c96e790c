"""The local Stripe within this process: the product's adapter over the stand-in, without a socket.

What is asked goes through the stripe library and the stand-in's own API, as over a connection.
"""

from __future__ import annotations

import json
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import stripe

from chalicelib.adapters.payments.stripe import Stripe
from infra.local.stripe import paying, sessions
from infra.local.stripe.account import Account
from infra.local.stripe.app import make_app
from infra.local.stripe.webhooks import signature

KEY = "sk_test_here"
WEBHOOK_SECRET = "whsec_here"
URL = "http://stripe.test"


class InProcess(stripe.HTTPClient):
    """Hands requests to an application that waits for nothing."""

    name = "in-process"

    def __init__(self, app: Any) -> None:
        super().__init__()
        self.app = app
        self.calls: list[str] = []
        """What was asked: method and path."""
        self.failures: list[int] = []
        """Statuses that the next calls have in place of being answered."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[str, int, Any]:
        parts = urlsplit(url)
        self.calls.append(f"{method.upper()} {parts.path}")
        if self.failures:
            told = {"error": {"type": "api_error", "message": "told to fail"}}
            return json.dumps(told), self.failures.pop(0), {}
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        scope = {
            "type": "http",
            "method": method.upper(),
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "root_path": "",
            "query_string": parts.query.encode(),
            "headers": [(k.lower().encode(), str(v).encode()) for k, v in (headers or {}).items()],
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        _run(self.app(scope, receive, send))
        told_headers = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        text = b"".join(message["body"] for message in sent[1:]).decode()
        return text, sent[0]["status"], told_headers

    def close(self) -> None:
        """Nothing is open."""


def _run(doing: Coroutine[Any, Any, None]) -> None:
    try:
        doing.send(None)
    except StopIteration:
        return
    raise AssertionError("it waits for something")


@dataclass
class StripeHere:
    """An account at Stripe, the product's way to it, and what payers do there."""

    account: Account = field(default_factory=Account)
    http: InProcess = field(init=False)
    payments: Stripe = field(init=False)

    def __post_init__(self) -> None:
        self.http = InProcess(make_app(self.account, KEY, URL))
        self.payments = Stripe(KEY, (WEBHOOK_SECRET,), URL, self.http)

    def session(self, session_id: str) -> dict[str, Any]:
        return self.account.get(sessions.KIND, session_id)

    def pay(self, session_id: str, number: str = paying.GOOD_CARD) -> str:
        """Type a card into the payment page."""
        return paying.pay_by_card(self.account, self.session(session_id), number)

    def debit(self, session_id: str, number: str = paying.GOOD_ACCOUNT) -> str:
        """Order a bank debit at the payment page."""
        return paying.pay_by_bank(self.account, self.session(session_id), number)

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """What happened, oldest first; of these types where any are named."""
        found = self.account.objects["event"].values()
        return [event for event in found if not kinds or event["type"] in kinds]

    def signed(self, event: dict[str, Any], secret: str = WEBHOOK_SECRET) -> tuple[str, str]:
        """An event as it is sent: body and signature."""
        body = json.dumps(event, indent=2)
        return body, signature(body.encode(), secret, self.account.now())
