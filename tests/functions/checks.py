"""What holds for every answer of every operation."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.workflows import FakeWorkflows
from tests.functions import described
from tests.world import Reply, World, route

TOKEN = "dop_v1_never-shown-token"
NEVER_SHOWN = (TOKEN, "PRIVATE KEY", "never-shown", "Traceback")
MEDIA_TYPE = "application/vnd.api+json"
ERROR_MEMBERS = {"status", "code", "title", "detail", "source", "meta"}


class Checked:
    """A world whose answers all keep the wire's rules."""

    def __init__(self, world: World, workflows: FakeWorkflows) -> None:
        self.world = world
        self.workflows = workflows
        self.cloud = world.cloud

    def call(self, method: str, path: str, *given: Any, **named: Any) -> Reply:
        """Call an operation and check what it answers."""
        reply = self.world.call(method, path, *given, **named)
        assert reply.headers["X-Request-ID"] == "req-1"
        check(reply, secret=shows_secret(method, path))
        described.check(method, path, reply)
        return reply


def shows_secret(method: str, path: str) -> bool:
    """Whether the first good answer of what serves a path holds a secret."""
    function, _, _ = route(method, path.partition("?")[0])
    return bool(getattr(function.declaration, "shows_secret", False))


def check(reply: Reply, *, secret: bool = False) -> None:
    """Check an answer: its shape, its headers, and that it shows no secret but its own, once."""
    assert reply.status < 500 or reply.status == 503, reply.body
    text = json.dumps(reply.body)
    first = secret and reply.status == 201 and "Idempotent-Replayed" not in reply.headers
    allowed = {"PRIVATE KEY"} if first else set()
    assert not [word for word in NEVER_SHOWN if word in text and word not in allowed], "a secret"
    if reply.status in {204, 304}:
        assert reply.body is None
        return
    if reply.status >= 400:
        assert reply.headers["Content-Type"] == MEDIA_TYPE
        check_errors(reply)


def check_errors(reply: Reply) -> None:
    """Check an error document."""
    assert list(reply.body) == ["errors"]
    assert reply.body["errors"], "an error document names an error"
    for error in reply.body["errors"]:
        assert set(error) <= ERROR_MEMBERS
        assert error["status"] == str(reply.status)
        assert error["code"].isidentifier()
        assert error["code"] == error["code"].lower()
        assert error["title"]
        assert error["detail"]
        assert error.get("source", {}).keys() <= {"pointer", "parameter", "header"}
