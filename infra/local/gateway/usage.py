"""The metering endpoints, which the product reports its usage to (contract, section 4)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.gateway.answers import document, refusal
from infra.local.gateway.credentials import credential_of
from infra.local.gateway.keys import METER, Key, Keys
from infra.local.gateway.meter import POINTER, BadBatch, Meter

BASE = "/_internal/meter"


class Usage:
    """Metering for holders of a key. Unlike the real one it takes nobody's session."""

    def __init__(self, meter: Meter, keys: Keys) -> None:
        self.meter = meter
        self.keys = keys

    def routes(self) -> list[Route]:
        """The endpoints, with and without a slash at the end."""
        ways = ((self.report, "POST"), (self.show, "GET"))
        return [Route(BASE + end, way, methods=[m]) for way, m in ways for end in ("", "/")]

    async def report(self, request: Request) -> Response:
        """POST /_internal/meter."""
        key = self._key(request)
        if key is None:
            return _unauthorized()
        if not key.may(METER):
            detail = f"API key requires '{METER}' scope to perform this action"
            return refusal(403, "insufficient_scope", detail)
        source = request.headers.get("x-service-name", "external")
        try:
            return document(self.meter.take(await request.body(), source), 202)
        except BadBatch as error:
            pointer = POINTER if error.status == 422 else ""
            return refusal(error.status, error.code, str(error), pointer)

    async def show(self, request: Request) -> Response:
        """GET /_internal/meter?user_id=."""
        if self._key(request) is None:
            return _unauthorized()
        user_id = request.query_params.get("user_id")
        if not user_id:
            detail = "user_id query parameter is required"
            return refusal(422, "validation_error", detail, "/data/attributes/user_id")
        return document({"data": self.meter.of_user(user_id)})

    def _key(self, request: Request) -> Key | None:
        """The key of a request unless it is revoked; its end and its owner are not looked at."""
        key = self.keys.find(credential_of(request.headers))
        return None if key is None or key.revoked_at else key


def _unauthorized() -> Response:
    return refusal(401, "unauthorized", "Valid JWT token or API key required")
