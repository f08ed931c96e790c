"""The API under /v1: secret key, form-encoded parameters, idempotency keys, Stripe's errors."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.stripe import paying, sessions
from infra.local.stripe.account import Account, Json
from infra.local.stripe.forms import read_form
from infra.local.stripe.idempotency import Answers
from infra.local.stripe.refusals import Refused

Make = Callable[[Request, Json], Json]
USUAL_PAGE = 10


class API:
    """The endpoints of one account."""

    def __init__(self, account: Account, key: str, base: str) -> None:
        self.account, self.key, self.base = account, key, base
        self.answers = Answers()

    def routes(self) -> list[Route]:
        """Every route of the API."""
        table: tuple[tuple[str, str, Make], ...] = (
            ("POST", "/v1/customers", self.create_customer),
            ("GET", "/v1/customers/{id}", self.read("customer")),
            ("POST", "/v1/checkout/sessions", self.create_session),
            ("GET", "/v1/checkout/sessions", self.list_sessions),
            ("GET", "/v1/checkout/sessions/{id}", self.get_session),
            ("POST", "/v1/checkout/sessions/{id}/expire", self.expire_session),
            ("GET", "/v1/payment_intents/{id}", self.read("payment_intent")),
            ("POST", "/v1/refunds", self.create_refund),
            ("GET", "/v1/charges/{id}", self.read("charge")),
            ("GET", "/v1/disputes/{id}", self.read("dispute")),
            ("GET", "/v1/events", self.list_events),
            ("GET", "/v1/events/{id}", self.read("event")),
        )
        found = [
            Route(path, self._answering(make), methods=[method]) for method, path, make in table
        ]
        methods = ["GET", "POST", "DELETE"]
        return [*found, Route("/v1/{rest:path}", self._answering(_nothing), methods=methods)]

    def create_customer(self, _request: Request, given: Json) -> Json:
        """POST /v1/customers."""
        fields = {name: given.get(name) for name in ("description", "email", "name")}
        return self.account.add("customer", **fields, metadata=given.get("metadata") or {})

    def create_session(self, _request: Request, given: Json) -> Json:
        """POST /v1/checkout/sessions."""
        return sessions.shown(sessions.open_session(self.account, given, self.base))

    def list_sessions(self, request: Request, _given: Json) -> Json:
        """GET /v1/checkout/sessions."""
        found = [sessions.shown(one) for one in self.account.objects[sessions.KIND].values()]
        for name in ("customer", "payment_intent"):
            wanted = request.query_params.get(name)
            found = [one for one in found if wanted in {None, one[name]}]
        return _page(request, found)

    def get_session(self, request: Request, _given: Json) -> Json:
        """GET /v1/checkout/sessions/{id}."""
        return sessions.shown(self.account.get(sessions.KIND, request.path_params["id"]))

    def expire_session(self, request: Request, _given: Json) -> Json:
        """POST /v1/checkout/sessions/{id}/expire."""
        found = self.account.get(sessions.KIND, request.path_params["id"])
        return sessions.shown(sessions.expire(self.account, found))

    def create_refund(self, _request: Request, given: Json) -> Json:
        """POST /v1/refunds."""
        return paying.refund(self.account, given)

    def list_events(self, request: Request, _given: Json) -> Json:
        """GET /v1/events."""
        wanted = request.query_params.get("type")
        found = self.account.objects["event"].values()
        return _page(request, [one for one in found if wanted in {None, one["type"]}])

    def read(self, kind: str) -> Make:
        """GET of one object of a kind."""
        return lambda request, _given: self.account.get(kind, request.path_params["id"])

    def _answering(self, make: Make) -> Callable[[Request], Awaitable[Response]]:
        """Check the key, read parameters, keep what changed, and turn refusals into answers."""

        async def answer(request: Request) -> Response:
            headers = {"Request-Id": f"req_{secrets.token_hex(7)}"}
            try:
                self._check(request)
                headers["Stripe-Version"] = self.account.api_version
                sessions.end_those_that_are_over(self.account)
                given = read_form((await request.body()).decode())
                key = request.headers.get("idempotency-key", "") * (request.method == "POST")
                (status, body), again = self.answers.once(
                    key, request.url.path, given, lambda: _copied(make(request, given))
                )
            except Refused as error:
                return JSONResponse(error.body, error.status, headers)
            finally:
                self.account.keep()
            if key:
                headers["Idempotency-Key"] = key
            if again:
                headers["Idempotent-Replayed"] = "true"
            return JSONResponse(body, status, headers)

        return answer

    def _check(self, request: Request) -> None:
        """Let in who shows the key, as a bearer or as the user of Basic."""
        kind, _, sent = request.headers.get("authorization", "").partition(" ")
        if kind == "Basic":
            sent = base64.b64decode(sent).decode(errors="replace").partition(":")[0]
        if not secrets.compare_digest(sent.encode(), self.key.encode()):
            message = "Invalid API Key provided." if sent else "You did not provide an API key."
            raise Refused(message, status=401)
        self.account.api_version = request.headers.get("stripe-version", self.account.api_version)


def _copied(made: Json) -> Json:
    copied: Json = json.loads(json.dumps(made))
    return copied


def _page(request: Request, found: list[Json]) -> Json:
    """The newest first, as many as are asked for, behind the one that is named."""
    query: Any = request.query_params
    newest = found[::-1]
    names = [one["id"] for one in newest]
    start = names.index(query["starting_after"]) + 1 if query.get("starting_after") in names else 0
    end = start + int(query.get("limit", USUAL_PAGE))
    return {
        "object": "list",
        "data": newest[start:end],
        "has_more": end < len(newest),
        "url": request.url.path,
    }


def _nothing(request: Request, _given: Json) -> Json:
    message = f"Unrecognized request URL ({request.method}: {request.url.path})."
    raise Refused(message, status=404)
