"""What of a request's headers reaches an upstream: nothing that a client could forge.

Contract, section 2.6. Headers are bytes throughout, since clients may send any.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from starlette.requests import Request

from infra.local.gateway.credentials import Caller
from infra.local.gateway.plans import NO_PLAN
from infra.local.gateway.routes import Route, Table

Headers = dict[bytes, bytes]
HOP = frozenset(
    [
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",
        b"trailers",
        b"transfer-encoding",
        b"upgrade",
    ]
)
NEVER_SENT = HOP | {b"authorization", b"x-api-key", b"content-length"}
"""The length is that of what is sent on."""


@dataclass(frozen=True)
class Outgoing:
    """The headers of every request that this gateway passes on."""

    table: Table
    public_host: str

    def headers(self, request: Request, route: Route, caller: Caller | None) -> Headers:
        """The client's own, each once, with what the gateway vouches for."""
        stripped = {*self.table.strip, *(name.lower() for name in route.strip)}
        unwanted = NEVER_SENT | {name.encode() for name in stripped}
        kept: Headers = {}
        for name, value in request.headers.raw:
            if name not in unwanted:
                kept.setdefault(name, value)
        kept.setdefault(b"x-request-id", uuid.uuid4().hex.encode())
        kept.setdefault(b"accept-encoding", b"gzip")
        return kept | self._identity(caller) | self._origin(request)

    def _identity(self, caller: Caller | None) -> Headers:
        user = caller.user if caller else None
        limits = self.table.plan(user.plan_id).limits if user else NO_PLAN.limits
        return {
            b"x-user-id": (user.id if user else "").encode(),
            b"x-plan-id": (user.plan_id if user else "").encode(),
            b"x-key-id": (caller.key_id if caller else "").encode(),
            b"x-plan-limits": limits.encode(),
        }

    def _origin(self, request: Request) -> Headers:
        """Where a request came from; as with the real one, only an edge makes it true."""
        first = request.headers.get("x-forwarded-for", "").split(",")[0].strip()
        peer = request.client.host if request.client else ""
        address = first or request.headers.get("x-real-ip", "") or peer
        return {
            b"x-forwarded-for": address.encode("latin-1"),
            b"x-forwarded-proto": b"https",
            b"x-forwarded-host": self.public_host.encode(),
        }
