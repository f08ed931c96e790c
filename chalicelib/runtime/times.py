"""Times in query words: the span that `since` and `until` say."""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.engine.query import Words
from chalicelib.ports.records import Span

TIMES = ("since", "until")


def span_of(words: Words) -> Span:
    """Read the span that query words say. Raises `BadRequest` naming the one that is no time."""
    return Span(*(_moment(word, words) for word in TIMES))


def _moment(word: str, words: Words) -> int | None:
    if word not in words:
        return None
    try:
        return clock.milliseconds_of(words[word][0])
    except ValueError as error:
        detail = f"{word} is a time such as 2026-02-15T10:00:00Z, not before 1970."
        raise BadRequest(detail, parameter=word) from error
