"""Two pages, read from Step Functions at each request: the latest executions, and one of them."""

from __future__ import annotations

from typing import Any

import boto3
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from infra.local.console.history import Execution, entries, latest
from infra.local.console.pages import execution_page, list_page


def make_app(installation: str, mail: str = "") -> Starlette:
    """Make the application over the machines of one installation; `mail` is the mailbox's page."""
    client = boto3.client("stepfunctions")

    async def listing(_request: Request) -> Response:
        found = await run_in_threadpool(latest, client, installation)
        return HTMLResponse(list_page(found, mail))

    async def execution(request: Request) -> Response:
        try:
            page = await run_in_threadpool(_page, client, request.path_params["arn"])
        except client.exceptions.ExecutionDoesNotExist:
            return PlainTextResponse("There is no such execution.", 404)
        return HTMLResponse(page)

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(
        routes=[
            Route("/", listing),
            Route("/health", health),
            Route("/executions/{arn}", execution),
        ]
    )


def _page(client: Any, arn: str) -> str:
    described = Execution.read(client.describe_execution(executionArn=arn))
    return execution_page(described, entries(client, arn))
