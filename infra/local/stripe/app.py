"""The local Stripe as one application: its API, its payment page, its controls and its webhooks."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp

from infra.local.faults import Faults
from infra.local.hang_up import HangUp
from infra.local.stripe.account import Account
from infra.local.stripe.api import API
from infra.local.stripe.checkout import Checkout
from infra.local.stripe.controls import Controls
from infra.local.stripe.webhooks import Webhooks


def make_app(account: Account, key: str, base: str, webhooks: Webhooks | None = None) -> ASGIApp:
    """Make the application with its faults around it; `base` is where browsers reach it."""
    if not key.startswith("sk_test_"):
        raise ValueError("The local Stripe takes secret keys of test mode alone: sk_test_…")

    @asynccontextmanager
    async def sending(_app: Starlette) -> AsyncIterator[None]:
        thread = threading.Thread(target=webhooks.run, daemon=True) if webhooks else None
        if thread:
            thread.start()
        yield
        if webhooks and thread:
            webhooks.end()
            thread.join()

    if webhooks:
        account.listeners.append(webhooks.tell)
    api, pages, controls = API(account, key, base), Checkout(account), Controls(account, webhooks)
    routes = [*api.routes(), *pages.routes(), *controls.routes()]
    return HangUp(Faults(Starlette(routes=routes, lifespan=sending)))
