"""Show what the containers of a deployment wrote: the last lines, or those after a cursor.

`meta.cursor` of each answer is what `cursor` of the next request takes, to follow the logs: it
answers with the lines that came after, each once. While `meta.more` is true, more is there already.
"""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict

from chalicelib.domain import nanoseconds
from chalicelib.domain.errors import BadRequest
from chalicelib.engine.query import count
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime.declaration import invokes, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.inside import ASKING_SECONDS, LOOKS, ask
from chalicelib.runtime.operation import Call, operation

MAX_TAIL = 5000
LAST = 100
AFTER = 1000
"""How many lines one answer holds without `tail`: the last ones, or those after a cursor."""
STREAMS = ("stdout", "stderr")
MOST_NAME = 255


class LogLine(TypedDict):
    """One line that a container wrote, without secrets."""

    container: str
    """Its service."""
    timestamp: str
    """RFC 3339 with nanoseconds."""
    stream: Literal["stdout", "stderr"]
    message: str
    """At most 16,384 characters, and `[…]` where there was more."""


class DeploymentLogs(TypedDict):
    """Lines in the order of their times."""

    logs: list[LogLine]


class LogsMeta(TypedDict):
    """Which lines these are, and where to go on."""

    container_filter: str | None
    tail: int
    since: str | None
    until: str | None
    stream_filter: str | None
    cursor: str | None
    """Send it as `cursor` for what comes after; null after `until`."""
    more: bool
    """Whether more is there already."""


@operation(
    "GET /v1/deployments/{id}/monitoring/logs",
    access="owner",
    resource=DEPLOYMENTS,
    query=("tail", "since", "until", "container", "type", "cursor"),
    answers=one("deployment-logs", DeploymentLogs, meta=LogsMeta),
    rate=LOOKS,
    needs=(reads("resources"), invokes("deployments_look_inside")),
    timeout=ASKING_SECONDS,
)
def handler(call: Call) -> Answer:
    """Show what the containers of a deployment wrote: the last lines, or those after a cursor."""
    wanted = _wanted({word: values[0] for word, values in call.request.query.items()})
    found = ask(call, "deployments_look_inside", what="logs", lines=wanted)
    meta = {
        "container_filter": wanted["service"] or None,
        "tail": wanted["tail"],
        "since": wanted["since"] or None,
        "until": wanted["until"] or None,
        "stream_filter": wanted["stream"] or None,
        "cursor": found["cursor"],
        "more": found["more"],
    }
    data = {"type": "deployment-logs", "id": call.target.id, "attributes": {"logs": found["logs"]}}
    return Answer(200, {"data": data, "meta": meta})


def _wanted(said: dict[str, str]) -> dict[str, Any]:
    """Read the query words. Raises `BadRequest` naming the one that does not fit."""
    cursor = said.get("cursor", "")
    times = {word: _time(word, said[word]) for word in ("since", "until") if word in said}
    if "cursor" in said and times:
        word = next(iter(times))
        raise BadRequest(f"{word} is a part of the cursor; send one of them.", parameter=word)
    if not 1 <= len(said.get("container", "x")) <= MOST_NAME:
        detail = f"container is a service's name, of at most {MOST_NAME} characters."
        raise BadRequest(detail, parameter="container")
    stream = said.get("type", "")
    if "type" in said and stream not in STREAMS:
        raise BadRequest("type is stdout or stderr.", parameter="type")
    return {
        "tail": count("tail", said.get("tail", str(AFTER if cursor else LAST)), most=MAX_TAIL),
        "since": times.get("since", ""),
        "until": times.get("until", ""),
        "service": said.get("container", ""),
        "stream": stream,
        "cursor": cursor,
    }


def _time(word: str, text: str) -> str:
    try:
        return nanoseconds.moment_of(text)
    except ValueError:
        detail = f"{word} is a time like 2026-02-15T10:00:00Z."
        raise BadRequest(detail, parameter=word) from None
