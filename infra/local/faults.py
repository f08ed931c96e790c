"""Faults on demand for every stand-in: an ASGI layer that fails calls as it is told to.

`POST /_local/faults {"call": "POST /v2/droplets", "fault": "status", "value": 500, "times": 1,
"skip": 0, "where": ""}` answers 201 with an id; `DELETE /_local/faults` clears all,
`/_local/faults/{id}` one.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HANDLED_INSIDE = frozenset({"wrong_state", "list_lag"})
"""Faults that only the stand-in itself can play, from `active`."""


class FaultInput(BaseModel):
    """A fault as it is asked for: which call, what happens, how often, after how many good ones."""

    model_config = ConfigDict(extra="forbid")

    call: Annotated[str, StringConstraints(pattern=r"^[A-Z]+ /\S*$")]
    fault: Literal[
        "status", "latency", "drop", "lost_response", "duplicate", "wrong_state", "list_lag"
    ]
    value: float | str | None = None
    times: Annotated[int, Field(ge=1)] = 1
    skip: Annotated[int, Field(ge=0)] = 0
    where: str = ""
    """What the call's query, body or Authorization must hold, so that others are left alone."""


class Fault(FaultInput):
    """A fault in waiting; `times` and `skip` count down."""

    id: int

    def matches(self, call: str) -> bool:
        """Whether a call is meant; a `*` at the end of the path stands for any rest."""
        if self.where not in _TOLD.get():
            return False
        if self.call.endswith("*"):
            return call.startswith(self.call[:-1])
        return call == self.call


_TOLD: ContextVar[str] = ContextVar("told", default="")
"""Query, Authorization and body of the call that is being answered."""


class Faults:
    """The layer around a stand-in's application; `refusal` words what it is told to refuse."""

    def __init__(self, app: ASGIApp, refusal: Callable[[Fault], Response] | None = None) -> None:
        self.app = app
        self.refusal = refusal or _refusal
        self.known: list[Fault] = []
        self.numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take fault input, play a fault, or pass the call on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"].startswith("/_local/faults"):
            answer = await self._control(Request(scope, receive))
            await answer(scope, receive, send)
            return
        if any(fault.where for fault in self.known):
            receive = await _read(scope, receive)
        fault = self.take(f"{scope['method']} {scope['path']}", HANDLED_INSIDE, inside=False)
        if fault is None:
            await self.app(scope, receive, send)
        else:
            await self._play(fault, scope, receive, send)

    def take(
        self, call: str, kinds: frozenset[str] = frozenset(), *, inside: bool = True
    ) -> Fault | None:
        """The next fault meant for a call, counted down."""
        for fault in self.known:
            if not fault.matches(call) or (fault.fault in kinds) != inside:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.times > 0:
                fault.times -= 1
                return fault
        return None

    async def _control(self, request: Request) -> Response:
        if request.method == "DELETE":
            wanted = request.url.path.rsplit("/", 1)[-1]
            self.known = [f for f in self.known if wanted.isdigit() and f.id != int(wanted)]
            return Response(status_code=204)
        try:
            given = FaultInput.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse(
                {"errors": error.errors(include_url=False, include_input=False)}, 422
            )
        fault = Fault(id=next(self.numbers), **given.model_dump())
        self.known.append(fault)
        return JSONResponse({"id": fault.id}, 201)

    async def _play(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.fault == "status":
            await self.refusal(fault)(scope, receive, send)
        elif fault.fault == "latency":
            await asyncio.sleep(float(fault.value or 1))
            await self.app(scope, receive, send)
        elif fault.fault == "lost_response":
            await self.app(scope, receive, _nowhere)
            raise ConnectionAbortedError("the answer is lost on purpose")
        elif fault.fault == "duplicate":
            sent = await Request(scope, receive).body()
            await self.app(scope, _again(sent), _nowhere)
            await self.app(scope, _again(sent), send)
        else:
            raise ConnectionAbortedError("the connection is dropped on purpose")


def _refusal(fault: Fault) -> Response:
    """A status with a body in the shape of every provider; a text after the status is its reason.

    `429`, or `403 resource_limit_exceeded`: `message` for some, `error.code` for others.
    """
    status, _, reason = str(fault.value or 500).partition(" ")
    body: dict[str, object] = {
        "id": "fault",
        "message": reason or "told to fail",
        "request_id": str(fault.id),
    }
    if reason:
        body |= {"error": {"code": reason, "message": "told to fail", "details": None}}
    return JSONResponse(body, int(float(status)))


async def _read(scope: Scope, receive: Receive) -> Receive:
    """Read a whole call, so that `where` can be looked for; returns its body to be read again."""
    request = Request(scope, receive)
    body = await request.body()
    parts = (request.url.query, request.headers.get("authorization", ""), body.decode("latin-1"))
    _TOLD.set("\n".join(parts))
    return _again(body)


async def _nowhere(_message: Message) -> None:
    """Swallow an answer."""


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
