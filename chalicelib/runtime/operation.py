"""The edge of every API operation: from an API Gateway event to a checked call, and back.

`@operation("POST /v1/deployments/{id}/start", …)` stands over a plain function that takes a
`Call` and returns an `Answer`; everything that all operations share happens here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from chalicelib.domain.errors import BadRequest, NotFound, ProductError
from chalicelib.domain.scopes import Needed
from chalicelib.engine import documents
from chalicelib.engine.query import View, parse_view, refuse_query, view_words
from chalicelib.engine.resource import Resource
from chalicelib.ports.records import Record
from chalicelib.runtime import http, leaving, tags, tokens, wiring
from chalicelib.runtime.body import given_of
from chalicelib.runtime.caller import Caller, caller_of, check_gateway
from chalicelib.runtime.declaration import (
    ANY,
    Access,
    Handler,
    Layer,
    Need,
    Operation,
    Rate,
    Repeats,
    Shape,
    reads,
    writes,
)
from chalicelib.runtime.http import Answer, Request
from chalicelib.runtime.kept import with_counters
from chalicelib.runtime.observe import logger
from chalicelib.services.catalogue.texts import with_texts

IDEMPOTENCY_KEY = "idempotency-key"
DRY_RUN = "dry_run"
"""The query word of operations that can check what they are asked, and do nothing."""


@dataclass(frozen=True)
class Call:
    """One checked request: who calls, what on, with what."""

    request: Request
    caller: Caller
    operation: Operation
    given: Any
    """The validated body, an instance of the declared model; None without one."""
    sent: frozenset[str]
    """The names of the attributes that the client sent."""
    found: Record | None
    view: View = documents.WHOLE
    """How the answer shall show its record; lists read their own."""

    @property
    def target(self) -> Record:
        """The caller's own record that the path names."""
        if self.found is None:
            raise NotFound("There is no such thing here.")
        return self.found

    @property
    def resource(self) -> Resource:
        """The resource that the path names."""
        if self.operation.resource is None:
            raise LookupError(self.operation.path)
        return self.operation.resource

    @property
    def is_dry(self) -> bool:
        """Whether nothing shall be done. Raises `BadRequest` when that cannot be told."""
        wanted = self.request.query.get(DRY_RUN, ("false",))
        if wanted not in {("true",), ("false",)}:
            raise BadRequest(f"{DRY_RUN} is true or false.", parameter=DRY_RUN)
        return wanted == ("true",)

    @property
    def matched(self) -> int | None:
        """The version that the target must still have (`If-Match`); None when any will do."""
        return self.target.version if tags.is_demanded(self.request) else None

    def show(
        self, record: Record, status: int | None = None, *, notice: str | None = None
    ) -> Answer:
        """Answer with one record, and with what its owner should be told besides."""
        (record,) = with_counters(self.resource, (record,))
        if self.resource.in_contents:
            record = with_texts(wiring, record)
        document = documents.single(self.resource, record, reader=self.caller.user, view=self.view)
        if notice:
            document["meta"] = {"notice": notice}
        headers = {"ETag": tags.tag_of(record)}
        if status == 201:
            headers["Location"] = document["data"]["links"]["self"]
        return Answer(status or self.operation.success, document, headers, record_id=record.id)


Run = Callable[[Call], Answer]


def operation(
    route: str,
    *,
    access: Access,
    scope: Needed | None = None,
    resource: Resource | None = None,
    body: type[BaseModel] | None = None,
    success: int = 200,
    query: tuple[str, ...] = (),
    answers: Shape | None = None,
    memory: int = 256,
    timeout: int = 15,
    needs: tuple[Need, ...] = (),
    layers: tuple[Layer, ...] = (),
    rate: Rate | None = None,
    shows_secret: bool = False,
    repeats: Repeats | None = None,
    reads_body: bool = True,
    while_closing: bool = False,
) -> Callable[[Run], Handler]:
    """Declare one API operation by its method and path."""
    method, path = route.split(" ", 1)
    declaration = Operation(
        method=method,
        path=path,
        access=access,
        scope=scope,
        resource=resource,
        body=body,
        success=success,
        query=query,
        answers=answers,
        memory=memory,
        timeout=timeout,
        needs=needs,
        layers=layers,
        rate=rate,
        shows_secret=shows_secret,
        repeats=repeats or Repeats(),
        reads_body=reads_body,
        while_closing=while_closing,
    )
    return declare((declaration,))


def declare(declarations: Iterable[Operation]) -> Callable[[Run], Handler]:
    """Put one function behind several operations; the generic ones use it."""
    known = tuple(replace(entry, needs=entry.needs + _edge_needs(entry)) for entry in declarations)
    by_route = {(entry.method, entry.path): entry for entry in known}

    def wrap(run: Run) -> Handler:
        def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
            entry = by_route.get((event.get("httpMethod", ""), event.get("resource", "")), known[0])
            return serve(entry, run, event)

        handler.__doc__ = run.__doc__
        handler.__module__ = run.__module__
        handler.declarations = known  # type: ignore[attr-defined]
        return handler

    return wrap


def _edge_needs(entry: Operation) -> tuple[Need, ...]:
    """What the edge itself does for an operation: it knows tokens, answers repeats, and counts."""
    needs: tuple[Need, ...] = ()
    if entry.takes_tokens:
        needs += (reads("reservations"), writes("rates"))
    if entry.resource is not None and entry.resource.last_use:
        needs += (reads("rates"),)
    if entry.is_repeatable:
        needs += (reads("resources", "idempotency"), writes("idempotency"))
    if entry.rate is not None:
        needs += (reads("rates"), writes("rates"))
    return needs


def serve(entry: Operation, run: Run, event: dict[str, Any]) -> dict[str, Any]:
    """Answer one request; whatever happens, the answer is a JSON:API document."""
    request = http.read(event)
    logger.append_keys(request_id=request.id, operation=f"{entry.method} {entry.path}")
    try:
        answer = _answer(entry, run, request)
    except ProductError as error:
        answer = http.refusal(error)
    except Exception:
        logger.exception("The operation failed")
        answer = http.refusal(ProductError("Something went wrong on our side; it is logged."))
    logger.info("answered", extra={"status": answer.status})
    return http.response(answer, request.id)


def _answer(entry: Operation, run: Run, request: Request) -> Answer:
    """Let in who may call, then do it; or repeat the answer of a request that came before."""
    caller = admit(entry, request)

    def do() -> Answer:
        call = prepare(entry, request, caller)
        if entry.rate is not None:
            wiring.rates().take(f"{caller.member}#{entry.method} {entry.path}", entry.rate)
        try:
            return run(call)
        except ProductError as error:
            tags.refuse_moved(call.found, error)
            raise

    is_to_be_kept = IDEMPOTENCY_KEY in request.headers and DRY_RUN not in request.query
    if entry.is_repeatable and is_to_be_kept:
        # Imported only here: few requests need it.
        from chalicelib.runtime.idempotency import answer_once

        return answer_once(unchecked(entry, request, caller), do)
    return do()


def admit(entry: Operation, request: Request) -> Caller:
    """Check the gateway, the caller, what a token may and a closing, and media types, in order."""
    check_gateway(request, wiring.gateway_secret())
    caller = caller_of(request)
    if entry.access != "anyone":
        _ = caller.member
    tokens.check(entry, caller)
    leaving.check(entry, caller)
    if entry.method != ANY:
        http.check_media(request, reads_body=entry.reads_body)
    return caller


def unchecked(entry: Operation, request: Request, caller: Caller) -> Call:
    """A call that shows a record as the request wants it; nothing else of it is looked at."""
    return Call(request, caller, entry, None, frozenset(), None, _view(entry, request))


def prepare(entry: Operation, request: Request, caller: Caller) -> Call:
    """Check query, target and body, in this order."""
    if entry.method == ANY:
        return Call(request, caller, entry, None, frozenset(), None)
    view = _view(entry, request)
    found = None
    if entry.access == "owner" and "{id}" in entry.path and entry.resource is not None:
        found = owned(entry.resource, request.parameters.get("id", ""), caller.member)
        found = tags.matched(request, found)
    given, sent = given_of(entry, request)
    return Call(request, caller, entry, given, sent, found, view)


def owned(resource: Resource, record_id: str, owner: str) -> Record:
    """Read a record that the caller owns. Raises `NotFound` for anything else."""
    record = wiring.records().get(record_id)
    if (
        record is None
        or record.type != resource.name
        or record.owner != owner
        or record.status == resource.states.final
    ):
        raise NotFound(f"There is no {resource.singular} {record_id} of yours.")
    return record


def _view(entry: Operation, request: Request) -> View:
    """Refuse words that are not known, and words said twice; lists know their own words."""
    http.check_query(request)
    if entry.verb == "list":
        return documents.WHOLE
    shown = entry.shows
    known = view_words(shown, entry.related) if shown else ()
    refuse_query(request.query, *entry.query, *known)
    return parse_view(shown, request.query, entry.related)
