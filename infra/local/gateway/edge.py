"""The edge's second host name, for the product alone: who asks shows a client certificate.

It admits exactly the metering call, a look at accounts, and the change of one's plan, status or
password; everything else is refused here and never reaches the gateway.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local.gateway import admin, usage

ACCOUNT = re.compile(re.escape(admin.BASE) + r"/users/(?!admin_)[A-Za-z0-9_-]{1,64}")
"""One account, but none of the operator's."""
ACCOUNTS = admin.BASE + "/users"
PAGE = re.compile(rb"page%5Bnumber%5D=[0-9]{1,5}&page%5Bsize%5D=100")
KEYS = admin.BASE + "/keys"
KEY = re.compile(re.escape(KEYS) + r"/key_[0-9a-f]{1,64}")
KEYS_OF_ONE = re.compile(rb"user_id=(?!admin_)[A-Za-z0-9_-]{1,64}&page%5Bsize%5D=100")
CHANGED = frozenset({"plan_id", "status", "password"})
KEY_HAS = frozenset({"user_id", "name", "scopes", "expires_at"})
"""What a key is made of, all of it."""
KEY_SCOPES = ["hoster"]
"""Without a scope a key could report usage."""
MOST_BYTES = 1024
"""What a change of an account, or a new key, may hold."""


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
        if _is_admitted(*call, scope["query_string"]):
            await self.app({**scope, admin.THROUGH_EDGE: True}, receive, send)
        elif scope["query_string"]:
            await _refused(scope, receive, send)
        elif call[0] == "PATCH" and ACCOUNT.fullmatch(call[1]):
            await self._pass_on(scope, receive, send, _is_change)
        elif call == ("POST", KEYS):
            await self._pass_on(scope, receive, send, _is_key)
        else:
            await _refused(scope, receive, send)

    async def _pass_on(
        self, scope: Scope, receive: Receive, send: Send, is_admitted: Callable[[Any], bool]
    ) -> None:
        """Pass a body on that was looked at."""
        body = await _body(receive)
        if len(body) > MOST_BYTES or not is_admitted(_read(body)):
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


def _is_admitted(method: str, path: str, query: bytes) -> bool:
    """Whether a call passes whatever its body holds."""
    if method == "GET" and query:
        return bool(
            (path == ACCOUNTS and PAGE.fullmatch(query))
            or (path == KEYS and KEYS_OF_ONE.fullmatch(query))
        )
    if query:
        return False
    return (
        (method, path) == ("POST", usage.BASE)
        or (method == "GET" and ACCOUNT.fullmatch(path) is not None)
        or (method == "DELETE" and KEY.fullmatch(path) is not None)
    )


def _read(body: bytes) -> Any:
    """What a body says; None for what is no JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def _is_change(given: Any) -> bool:
    return (
        isinstance(given, dict)
        and bool(given)
        and given.keys() <= CHANGED
        and all(isinstance(value, str) for value in given.values())
    )


def _is_key(given: Any) -> bool:
    """Whether a key is wanted that opens nothing but the API, and not for ever."""
    if not isinstance(given, dict) or given.keys() != KEY_HAS:
        return False
    texts = [value for name, value in given.items() if name != "scopes"]
    mine = str(given["user_id"])
    return (
        given["scopes"] == KEY_SCOPES
        and all(isinstance(text, str) and text for text in texts)
        and not mine.startswith("admin_")
    )


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    answer = JSONResponse({"error": "This host name admits nothing else."}, 403)
    await answer(scope, receive, send)
