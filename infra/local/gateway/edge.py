"""The edge's second host name, for the product alone: who asks shows a client certificate.

It admits exactly the metering call, a look at accounts, and the change of one's plan, status or
password; everything else is refused here and never reaches the gateway.
"""

from __future__ import annotations

import json
import re

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local.gateway import admin, usage

ACCOUNT = re.compile(re.escape(admin.BASE) + r"/users/(?!admin_)[A-Za-z0-9_-]{1,64}")
"""One account, but none of the operator's."""
ACCOUNTS = admin.BASE + "/users"
PAGE = re.compile(rb"page%5Bnumber%5D=[0-9]{1,5}&page%5Bsize%5D=100")
CHANGED = frozenset({"plan_id", "status", "password"})
MOST_BYTES = 1024
"""What a change of an account may hold."""


class PastEdge:
    """The way of the operator, who reaches the gateway itself: by a tunnel, past its edge."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        await self.app({**scope, admin.THROUGH_EDGE: True}, receive, send)


class EdgeOfProduct:
    """The layer in front of the gateway on its second host name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is admitted."""
        if scope["type"] != "http":
            return
        call = (scope["method"], scope["path"])
        if call == ("GET", ACCOUNTS) and PAGE.fullmatch(scope["query_string"]):
            await self.app({**scope, admin.THROUGH_EDGE: True}, receive, send)
        elif scope["query_string"]:
            await _refused(scope, receive, send)
        elif call == ("POST", usage.BASE) or (call[0] == "GET" and ACCOUNT.fullmatch(call[1])):
            await self.app({**scope, admin.THROUGH_EDGE: True}, receive, send)
        elif call[0] == "PATCH" and ACCOUNT.fullmatch(call[1]):
            await self._change(scope, receive, send)
        else:
            await _refused(scope, receive, send)

    async def _change(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if not _changes_what_is_admitted(body):
            await _refused(scope, receive, send)
            return
        told = False

        async def again() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app({**scope, admin.THROUGH_EDGE: True}, again, send)


async def _body(receive: Receive) -> bytes:
    """A body, as far as it may go and a byte more."""
    body, more = b"", True
    while more and len(body) <= MOST_BYTES:
        message = await receive()
        body += message.get("body", b"")
        more = bool(message.get("more_body"))
    return body


def _changes_what_is_admitted(body: bytes) -> bool:
    try:
        given = json.loads(body)
    except ValueError:
        return False
    return (
        len(body) <= MOST_BYTES
        and isinstance(given, dict)
        and bool(given)
        and given.keys() <= CHANGED
        and all(isinstance(value, str) for value in given.values())
    )


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    answer = JSONResponse({"error": "This host name admits nothing else."}, 403)
    await answer(scope, receive, send)
