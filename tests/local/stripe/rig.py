"""The local Stripe in this process, and a shop that takes its webhooks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.stripe.account import Account
from infra.local.stripe.app import make_app
from infra.local.stripe.webhooks import Webhooks
from tests.local.serving import Stage, serving, until

KEY = "sk_test_local"
SECRET = "whsec_local"
LINE = "line_items[0][price_data]"
ORDER = {
    "mode": "payment",
    f"{LINE}[currency]": "usd",
    f"{LINE}[unit_amount]": "500",
    f"{LINE}[product_data][name]": "Invoice 1",
    "line_items[0][quantity]": "1",
    "metadata[invoice]": "inv_1",
    "payment_intent_data[metadata][invoice]": "inv_1",
    "success_url": "https://shop.example/done?session_id={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://shop.example/cancelled",
}


@dataclass
class Shop:
    """Whoever is told: keeps bodies and signatures, and answers as it is told to."""

    came: list[tuple[bytes, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """What the next answers are; 200 after them."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def hear(self, request: Request) -> Response:
        body = await request.body()
        with self.lock:
            self.came.append((body, request.headers["stripe-signature"]))
            return Response(status_code=self.statuses.pop(0) if self.statuses else 200)


@dataclass
class Rig:
    """The API, the browser's side, and the shop."""

    account: Account
    url: str
    api: httpx.Client
    browser: httpx.Client
    shop: Shop
    webhooks: Webhooks

    def opened(self, **changes: str) -> Any:
        """A session that is open."""
        answer = self.api.post("/v1/checkout/sessions", data=ORDER | changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def type_in(self, session: Any, number: str, method: str = "card") -> httpx.Response:
        """Type a number into the payment page."""
        given = {"method": method, "number": number}
        return self.browser.post(f"/c/pay/{session['id']}", data=given)

    def local(self, path: str, **given: Any) -> Any:
        """Use a control."""
        answer = self.browser.post(f"/_local{path}", json=given)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def heard(self, count: int) -> list[tuple[bytes, str]]:
        """What the shop was told, once that is so much."""
        until(lambda: len(self.shop.came) >= count)
        return self.shop.came


@dataclass
class Places:
    """Where Stripe and the shop are, whichever they are."""

    stripe: Stage
    stripe_url: str
    shop: Stage
    shop_url: str


@contextmanager
def places() -> Iterator[Places]:
    stripe, shop = Stage(), Stage()
    with serving(stripe) as stripe_url, serving(shop) as shop_url:
        yield Places(stripe, stripe_url, shop, shop_url)


@contextmanager
def rig(places: Places) -> Iterator[Rig]:
    account, shop, url = Account(), Shop(), places.stripe_url
    webhooks = Webhooks(f"{places.shop_url}/hook", SECRET)
    places.shop.app = Starlette(routes=[Route("/hook", shop.hear, methods=["POST"])])
    places.stripe.app = make_app(account, KEY, "http://stripe.test", webhooks)
    sending = threading.Thread(target=webhooks.run)
    sending.start()
    try:
        with (
            httpx.Client(base_url=url, trust_env=False, timeout=10) as api,
            httpx.Client(base_url=url, trust_env=False, timeout=10) as browser,
        ):
            api.headers["Authorization"] = f"Bearer {KEY}"
            yield Rig(account, url, api, browser, shop, webhooks)
    finally:
        webhooks.end()
        sending.join()
