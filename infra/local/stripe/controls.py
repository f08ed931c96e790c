"""What tests and people at the machine do to the local Stripe, beside its API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.stripe import paying, sessions
from infra.local.stripe.account import Account, Json
from infra.local.stripe.refusals import Refused
from infra.local.stripe.webhooks import Play, Webhooks


class Controls:
    """The routes under /_local."""

    def __init__(self, account: Account, webhooks: Webhooks | None) -> None:
        self.account, self.webhooks = account, webhooks

    def routes(self) -> list[Route]:
        """Every control."""
        table: tuple[tuple[str, str, Callable[[Request, Json], Json]], ...] = (
            ("GET", "/_local/health", lambda _request, _given: {"status": "ok"}),
            ("POST", "/_local/sessions/{id}/settle", self.settle),
            ("POST", "/_local/sessions/{id}/tamper", self.tamper),
            ("POST", "/_local/disputes", self.dispute),
            ("POST", "/_local/disputes/{id}/close", self.close_dispute),
            ("POST", "/_local/events/{id}/send", self.send),
            ("GET", "/_local/webhooks", self.list_sent),
            ("POST", "/_local/webhooks", self.play),
            ("POST", "/_local/webhooks/release", self.release),
        )
        return [Route(path, self._doing(do), methods=[method]) for method, path, do in table]

    def settle(self, request: Request, _given: Json) -> Json:
        """Have the bank answer a debit that was ordered."""
        session = self.account.get(sessions.KIND, request.path_params["id"])
        paying.settle(self.account, session)
        return sessions.shown(session)

    def tamper(self, request: Request, given: Json) -> Json:
        """Change a session as nobody could at Stripe: its `amount_total`, its `currency`."""
        session = self.account.get(sessions.KIND, request.path_params["id"])
        session |= {name: given[name] for name in ("amount_total", "currency") if name in given}
        return sessions.shown(session)

    def dispute(self, _request: Request, given: Json) -> Json:
        """Dispute a payment: `{"payment_intent": …, "reason": …}`."""
        reason = given.get("reason", "fraudulent")
        return paying.dispute(self.account, given.get("payment_intent", ""), reason)

    def close_dispute(self, request: Request, given: Json) -> Json:
        """Decide a dispute: `{"status": "won"}` or `lost`."""
        found = request.path_params["id"]
        return paying.close_dispute(self.account, found, given.get("status", "lost"))

    def send(self, request: Request, _given: Json) -> Json:
        """Send an event once more."""
        event = self.account.get("event", request.path_params["id"])
        self._hooks.tell(event)
        return event

    def list_sent(self, _request: Request, _given: Json) -> Json:
        """What was sent, and how much waits or is held."""
        hooks = self._hooks
        return {"sent": hooks.sent, "waiting": len(hooks.waiting), "held": len(hooks.held)}

    def play(self, _request: Request, given: Json) -> Json:
        """Play with the next webhooks of a type."""
        try:
            play = Play.model_validate(given)
        except ValidationError as error:
            raise Refused(str(error), status=422) from error
        self._hooks.plays.append(play)
        return play.model_dump()

    def release(self, _request: Request, given: Json) -> Json:
        """Send what was held."""
        self._hooks.release(backwards=bool(given.get("reversed")))
        return {"held": 0}

    @property
    def _hooks(self) -> Webhooks:
        if self.webhooks is None:
            raise Refused("No webhooks are sent here.", status=409)
        return self.webhooks

    def _doing(self, do: Callable[[Request, Json], Json]) -> Callable[..., Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            given: Any = await request.json() if await request.body() else {}
            try:
                return JSONResponse(do(request, given))
            except Refused as error:
                return JSONResponse(error.body, error.status)
            finally:
                self.account.keep()

        return answer
