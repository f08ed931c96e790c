"""All of what an app's containers wrote in one file, for its owner to fetch."""

from __future__ import annotations

import gzip
import heapq
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from typing import IO, Any

from chalicelib.domain.errors import Conflict
from chalicelib.domain.logs import Line
from chalicelib.ports.inside import Inside, Source
from chalicelib.ports.records import Record
from chalicelib.services.deployments.plans import secrets_of
from chalicelib.services.looks.logs import Question, Shower, sources_of
from chalicelib.services.looks.looking import is_placed, node_of
from chalicelib.services.tools import Tools

MOST_BYTES = 100 * 1024 * 1024
"""How much text one file holds before it is packed."""
MOST_SECONDS = 17.0
"""How long it may be read."""
LEFT = 4.0
"""Seconds that are left, after reading, to put the file before nobody waits any more."""
FASTEST = 1
"""The level of packing: text packs well at once, and time is short."""


def save_logs(
    tools: Tools, deployment: Record, question: Question, *, until: float
) -> dict[str, Any]:
    """Write an app's logs into a file, without its secrets, and return a link to it.

    Oldest first; a file that is full, or takes too long, ends early and says so. `until` is the
    moment, by the monotonic clock, at which an answer must be there. Raises `Conflict` with code
    `not_placed` for an app that was never started.
    """
    if not is_placed(deployment):
        raise Conflict("It was never started, so it has no logs.", code="not_placed")
    show = Shower(secrets_of(tools, deployment))
    with tempfile.TemporaryFile() as file:
        with node_of(tools, deployment) as node:
            sources = sources_of(node.inside, deployment, question.service)
            lines = _merged(node.inside, sources.values(), question)
            with closing(lines):
                written, is_whole = _write(file, lines, show, until - LEFT)
        size = file.tell()
        file.seek(0)
        name = f"{deployment.id}.log.gz"
        offered = tools.downloads().offer(file, folder=deployment.id, name=name)
    return {
        **asdict(offered),
        "bytes": size,
        "text_bytes": written,
        "truncated": not is_whole,
    }


def _merged(
    inside: Inside, sources: Iterable[Source], question: Question
) -> Generator[tuple[str, Line]]:
    """The lines of all containers by time, each read as it is needed."""
    logs = [_of(inside, source, question) for source in sources]
    yield from heapq.merge(*logs, key=lambda one: one[1].at)


def _of(inside: Inside, source: Source, question: Question) -> Iterator[tuple[str, Line]]:
    found = inside.lines(
        source, since=question.since, until=question.until, streams=question.streams
    )
    for line in found:
        if not question.until or line.at < question.until:
            yield source.service, line


def _write(
    file: IO[bytes], lines: Iterator[tuple[str, Line]], show: Shower, until: float
) -> tuple[int, bool]:
    """Write lines while there is room and time; tell how much, and whether these were all."""
    written, deadline = 0, min(until, time.monotonic() + MOST_SECONDS)
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=FASTEST, mtime=0) as packed:
        for service, line in lines:
            text = f"{line.at} {service} {line.stream} {show.message(line)}\n".encode()
            if written + len(text) > MOST_BYTES or time.monotonic() > deadline:
                return written, False
            packed.write(text)
            written += len(text)
    return written, True
