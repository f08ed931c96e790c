"""Watches what functions do to AWS and notes whatever they did not declare.

A function's role and layers follow from its declaration alone, so that a forgotten need shows
here instead of on AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any
from unittest import mock

from botocore.client import BaseClient

from chalicelib.runtime import call as called
from chalicelib.runtime import operation, step, wiring
from chalicelib.runtime.declaration import Declaration, Operation

DOING: ContextVar[tuple[str, Declaration] | None] = ContextVar("doing", default=None)
ON_A_TABLE = {
    **dict.fromkeys(("GetItem", "Query"), "read"),
    **dict.fromkeys(("PutItem", "UpdateItem", "DeleteItem"), "write"),
    "Scan": "walk",
}
OTHERS = {
    "GenerateDataKey": "seal",
    "Decrypt": "open",
    "StartExecution": "start",
    "DescribeExecution": "watch",
    "ListExecutions": "list",
}


def _folder(given: dict[str, Any]) -> str:
    return str(given["Key"].split("/")[0])


ON_ARCHIVES = {
    **dict.fromkeys(("CreateMultipartUpload", "CompleteMultipartUpload"), "put"),
    **dict.fromkeys(("UploadPart", "AbortMultipartUpload"), "put"),
    "HeadObject": "get",
    "DeleteObject": "delete",
}
PLACES: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    **dict.fromkeys(("GetObject", "HeadObject"), ("fetch", _folder)),
    **dict.fromkeys(
        ("PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"),
        ("keep", _folder),
    ),
    "SendMessage": ("send", lambda given: _plain(given["QueueUrl"].split("/")[-1])),
    "SendMessageBatch": ("send", lambda given: _plain(given["QueueUrl"].split("/")[-1])),
    "GetSecretValue": ("secret", lambda given: given["SecretId"].removeprefix("test/")),
    "Invoke": ("invoke", lambda given: _plain(given["FunctionName"]).removeprefix("calls_")),
}
"""Calls on a part of one thing: the kind of need, and which part it is of."""
LAYERS = {
    "seal": "crypto",
    "cloud": "clouds",
    "connect": "nodes",
    "authority": "acme",
    "papers": "pdf",
    "payments": "stripe",
}


def asked_for(call: str, given: dict[str, Any]) -> list[tuple[str, str]]:
    """What one AWS call needs: kinds of need, each with the table, machine, folder or queue."""
    if call in ON_A_TABLE:
        return [(ON_A_TABLE[call], _plain(given["TableName"]))]
    if call == "BatchGetItem":
        return [("read", _plain(table)) for table in given["RequestItems"]]
    if call == "TransactWriteItems":
        items = [entry for item in given["TransactItems"] for entry in item.values()]
        return [("write", _plain(entry["TableName"])) for entry in items]
    if call in ON_ARCHIVES and given["Bucket"] == "test-archives":
        return [("archive", ON_ARCHIVES[call])]
    if call in PLACES:
        kind, place = PLACES[call]
        return [(kind, place(given))]
    name = given.get("stateMachineArn", given.get("executionArn", ""))
    machine = _plain(name.split(":")[6]) if name else ""
    return [(OTHERS.get(call, call), machine)]


def _plain(name: str) -> str:
    return name.removeprefix("test-")


def is_declared(declaration: Declaration, kind: str, name: str) -> bool:
    """Whether a function's role allows it."""
    if (
        kind == "secret"
        and isinstance(declaration, Operation)
        and _is_of_the_edge(declaration, name)
    ):
        return True
    return any(need.kind == kind and (not name or name in need.names) for need in declaration.needs)


def _is_of_the_edge(declaration: Operation, secret: str) -> bool:
    """Whether every operation, or every one that may be repeated, knows a secret."""
    return secret == "gateway" or (secret == "idempotency" and declaration.is_repeatable)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note every undeclared call and layer of operations and steps while this is open."""
    noted: list[str] = []
    call, serve, enter = BaseClient._make_api_call, operation.serve, step._enter
    answer = called.answer

    def calling(client: Any, name: str, given: dict[str, Any]) -> Any:
        doing = DOING.get()
        for kind, on in asked_for(name, given) if doing else ():
            if not is_declared(doing[1], kind, on):
                noted.append(f"{doing[0]} does {kind} {on} without declaring it")
        # What happens inside moto is no call of the function's.
        token = DOING.set(None)
        try:
            return call(client, name, given)
        finally:
            DOING.reset(token)

    def serving(entry: Operation, *given: Any) -> Any:
        token = DOING.set((f"{entry.method} {entry.path}", entry))
        try:
            return serve(entry, *given)
        finally:
            DOING.reset(token)

    def answering(declaration: Declaration, run: Callable[..., Any], *given: Any) -> Any:
        token = DOING.set((run.__module__, declaration))
        try:
            return answer(declaration, run, *given)
        finally:
            DOING.reset(token)

    def entering(name: str, declaration: Declaration, *given: Any) -> Any:
        token = DOING.set((name, declaration))
        try:
            return enter(name, declaration, *given)
        finally:
            DOING.reset(token)

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(BaseClient, "_make_api_call", calling))
        stack.enter_context(mock.patch.object(operation, "serve", serving))
        stack.enter_context(mock.patch.object(step, "_enter", entering))
        stack.enter_context(mock.patch.object(called, "answer", answering))
        for port, layer in LAYERS.items():
            reach = getattr(wiring, port)
            stack.enter_context(mock.patch.object(wiring, port, _reaching(reach, layer, noted)))
        yield noted


@contextmanager
def watched_as(name: str, declaration: Declaration) -> Iterator[None]:
    """Watch what is done here as a function's, which no edge announces."""
    token = DOING.set((name, declaration))
    try:
        yield
    finally:
        DOING.reset(token)


@contextmanager
def unwatched() -> Iterator[None]:
    """Do something that another function does, in the middle of a watched one."""
    token = DOING.set(None)
    try:
        yield
    finally:
        DOING.reset(token)


def _reaching(reach: Callable[..., Any], layer: str, noted: list[str]) -> Callable[..., Any]:
    def reaching(*given: Any) -> Any:
        doing = DOING.get()
        if doing and layer not in doing[1].layers:
            noted.append(f"{doing[0]} needs the layer {layer} without declaring it")
        return reach(*given)

    reaching.cache_clear = getattr(reach, "cache_clear", None)  # type: ignore[attr-defined]
    return reaching
