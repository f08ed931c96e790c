"""What of a request's headers reaches an upstream: nothing that a client could forge.

Contract, section 2.6. Headers are bytes throughout, since clients may send any.
"""

from __future__ import annotations

import uuid

from starlette.requests import Request

from infra.local.gateway.credentials import Caller
from infra.local.gateway.routes import Route

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


def outgoing(request: Request, route: Route, caller: Caller | None) -> Headers:
    """The client's own headers, each once, with what the route says of it.

    What a route does not strip passes: a forged name too, as with the real gateway.
    """
    unwanted = NEVER_SENT | {name.encode() for name in route.strip}
    kept: Headers = {}
    for name, value in request.headers.raw:
        if name not in unwanted:
            kept.setdefault(name, value)
    kept.setdefault(b"x-request-id", uuid.uuid4().hex.encode())
    kept.setdefault(b"accept-encoding", b"gzip")
    values = known_of(request, caller)
    said = {name.encode(): str(say(values)).encode() for name, say in route.says.items()}
    return kept | _origin(request) | said


def known_of(request: Request, caller: Caller | None) -> dict[str, str]:
    """The variables of expressions; all empty of a visitor."""
    user = caller.user if caller else None
    return {
        "method": request.method,
        "userID": user.id if user else "",
        "planID": user.plan_id if user else "",
        "keyID": caller.key_id if caller else "",
        "email": user.email if user else "",
        "role": user.role if user else "",
    }


def _origin(request: Request) -> Headers:
    """Where a request came from; as with the real one, only an edge makes it true."""
    first = request.headers.get("x-forwarded-for", "").split(",")[0].strip()
    peer = request.client.host if request.client else ""
    address = first or request.headers.get("x-real-ip", "") or peer
    return {
        b"x-forwarded-for": address.encode("latin-1"),
        b"x-forwarded-proto": b"https",
    }
