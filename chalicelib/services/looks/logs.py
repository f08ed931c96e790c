"""What an app's containers wrote: its last lines, and what came after those that were seen."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from chalicelib.domain import log_cursor, nanoseconds
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.log_cursor import NAME_LENGTH, Cursor
from chalicelib.domain.logs import (
    DRIFT_SECONDS,
    STREAMS,
    Line,
    Page,
    Stream,
    Tail,
    earliest_needed,
    following,
    newest,
)
from chalicelib.domain.redaction import beginning, forms_of, redactor
from chalicelib.ports.inside import Inside, Source
from chalicelib.ports.records import Record
from chalicelib.services.deployments.plans import secrets_of
from chalicelib.services.looks.looking import is_placed, node_of
from chalicelib.services.tools import Tools

PIECE = 16 * 1024
"""Docker writes longer lines in pieces, and counts those where it counts lines."""
MESSAGE = 16 * 1024
"""Characters of one line that are shown."""


@dataclass(frozen=True)
class Question:
    """Which lines are wanted: the last `tail` of a time, or at most `tail` after a cursor."""

    tail: int
    since: str = ""
    until: str = ""
    service: str = ""
    stream: str = ""
    cursor: str = ""

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The streams that are wanted."""
        return tuple(stream for stream in STREAMS if self.stream in ("", stream))


def logs_of(tools: Tools, deployment: Record, question: Question) -> dict[str, Any]:
    """Lines of an app's containers, without its secrets, and the cursor after them.

    Raises `BadRequest` for a cursor that is none, or of another question.
    """
    seen = log_cursor.read(question.cursor) if question.cursor else None
    if seen is not None:
        question = _continued(question, seen)
    if not is_placed(deployment):
        page, services = Page(()), {}
    else:
        with node_of(tools, deployment) as node:
            sources = sources_of(node.inside, deployment, question.service)
            services = {name: source.service for name, source in sources.items()}
            page = _page(node.inside, sources, question, seen)
    cursor = Cursor(question.service, question.stream, question.since, page.places)
    # Nothing comes after what was asked for up to a moment.
    written = None if question.until else log_cursor.written(cursor)
    show = Shower(secrets_of(tools, deployment))
    return {
        "logs": [show.line(services[name], line) for name, line in page.lines],
        "cursor": written,
        "more": page.more,
    }


def _continued(question: Question, seen: Cursor) -> Question:
    """Go on with the question that a cursor belongs to."""
    for given, kept in ((question.service, seen.service), (question.stream, seen.stream)):
        if given not in ("", kept):
            detail = "This cursor belongs to the logs of another service or stream."
            raise BadRequest(detail, parameter="cursor")
    return Question(question.tail, seen.since, "", seen.service, seen.stream, question.cursor)


def sources_of(inside: Inside, deployment: Record, service: str) -> dict[str, Source]:
    """The containers of an app, or of one of its services, by their short ids."""
    return {
        source.id[:NAME_LENGTH]: source
        for source in inside.sources(deployment.id)
        if service in ("", source.service)
    }


def _page(
    inside: Inside, sources: dict[str, Source], question: Question, seen: Cursor | None
) -> Page:
    if seen is None:
        tails = {name: _tail(inside, source, question) for name, source in sources.items()}
        return newest(tails, limit=question.tail)
    logs = {}
    for name, source in sources.items():
        needed = earliest_needed(seen.places.get(name, {}))
        since = nanoseconds.before(needed, DRIFT_SECONDS) if needed else question.since
        logs[name] = inside.lines(source, since=since, streams=question.streams)
    return following(logs, seen.places, limit=question.tail)


def _tail(inside: Inside, source: Source, question: Question) -> Tail:
    """How to read the last lines of a container.

    Docker counts the last lines before it looks at times and streams; where those cut lines off
    at the end, all are read and the last ones kept.
    """
    since, until, streams = question.since, question.until, question.streams
    if not until and streams == STREAMS:

        def from_the_end(count: int) -> tuple[list[Line], bool]:
            lines = list(inside.lines(source, since=since, tail=count))
            pieces = sum(1 + (len(line.text) + line.dropped) // PIECE for line in lines)
            return lines, pieces < count

        return from_the_end

    def from_the_start(count: int) -> tuple[list[Line], bool]:
        found = inside.lines(source, since=since, until=until, streams=streams)
        kept: deque[Line] = deque(maxlen=count)
        for line in found:
            if not until or line.at < until:
                kept.append(line)
        return list(kept), len(kept) < count

    return from_the_start


class Shower:
    """Shows lines without secrets, and long ones in part."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self.redact = redactor(secrets)
        self.longest = max(map(len, forms_of(secrets)), default=0)

    def line(self, service: str, line: Line) -> dict[str, Any]:
        """Show a line as the API does."""
        return {
            "container": service,
            "timestamp": line.at,
            "stream": line.stream,
            "message": self.message(line),
        }

    def message(self, line: Line) -> str:
        """A line's text; of a long one the beginning, and that there was more."""
        text = beginning(
            line.text,
            self.redact,
            longest=self.longest,
            most=MESSAGE,
            is_cut=bool(line.dropped),
        )
        return f"{text} […]" if line.dropped or len(line.text) > MESSAGE else text
