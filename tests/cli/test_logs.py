"""Following logs: cursors are handed on, whatever passes between two looks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hoster_cli.commands import logs
from tests.cli.conftest import Command
from tests.local.serving import serving

APP = "0192f3a1-7b2c-7def-8abc-0123456789ab"


def line(message: str, stream: str = "stdout") -> dict[str, str]:
    stamp = "2026-11-30T12:00:00.000000001Z"
    return {"container": "web", "timestamp": stamp, "stream": stream, "message": message}


def answer(cursor: str | None, *lines: dict[str, str], more: bool = False) -> dict[str, Any]:
    data = {"type": "deployment-logs", "id": APP, "attributes": {"logs": lines}}
    return {"data": data, "meta": {"cursor": cursor, "more": more}}


@pytest.mark.parametrize("as_json", [False, True])
def test_lines_come_once_until_nobody_follows(
    bare: Command, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    answers = [
        answer("c1", line("first"), line("\x1b[31mred\x1b[0m\x1b[2J", "stderr")),
        answer("c2", line("second"), more=True),
        answer("c3", line("third")),
        answer("c4"),
    ]
    asked: list[dict[str, str]] = []
    slept: list[float] = []

    async def told(request: Request) -> Response:
        asked.append(dict(request.query_params))
        return JSONResponse(answers[len(asked) - 1])

    async def app(_request: Request) -> Response:
        return JSONResponse({"data": {"type": "deployments", "id": APP, "attributes": {}}})

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(logs, "pause", sleep)
    base = "/api/v1/deployments/{id}"
    routes = [Route(base, app), Route(f"{base}/monitoring/logs", told)]
    with serving(Starlette(routes=routes)) as url:
        monkeypatch.setenv("HOSTER_URL", url)
        monkeypatch.setenv("HOSTER_TOKEN", "t0ken")
        said = bare("logs", APP, "web", "--follow", *(["--json"] if as_json else []))

    assert said.status == 0, said.err
    assert asked == [
        {"container": "web", "tail": "100"},
        {"cursor": "c1"},
        {"cursor": "c2"},
        {"cursor": "c3"},
    ]
    assert slept == [1.0, 1.0, 1.0]
    if as_json:
        documents = [json.loads(text) for text in said.out.splitlines()]
        assert [len(one["data"]["attributes"]["logs"]) for one in documents] == [2, 1, 1]
    else:
        messages = [text.split(" │ ")[1] for text in said.out.splitlines()]
        assert messages == ["first", "red", "second", "third"]
