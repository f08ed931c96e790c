"""Pages of log lines out of several containers, and where the next page begins.

A container's log is a sequence of lines in the order in which Docker wrote them. Each of its two
streams is in the order of its times; between the two, and between containers, moments may cross.
So the place of each stream of each container is remembered on its own: the time of the last line
seen, and how many lines of that very time were seen. What follows that place in the log is what
came after, however many lines share a time, and whatever was restarted or rotated meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

DRIFT_SECONDS = 3
"""How far the times of a container's two streams may cross: Docker takes a line's time before it
waits for its turn to be written."""
Stream = Literal["stdout", "stderr"]
STREAMS: tuple[Stream, ...] = ("stdout", "stderr")
MOST_CHARACTERS = 2_000_000
"""What the messages of one page have together as JSON, which is written into JSON once more for
API Gateway: a Lambda answers 6 MB at most. One line always fits."""
LINE_COST = 150
"""What a line has besides its message."""


@dataclass(frozen=True)
class Line:
    """One line. `at` is RFC 3339 in UTC with nine digits of a second, so that it sorts as text."""

    stream: Stream
    at: str
    text: str
    dropped: int = 0
    """How many bytes followed that were not kept."""

    @property
    def cost(self) -> int:
        """How many characters it takes in a page."""
        return LINE_COST + len(json.dumps(self.text))


@dataclass(frozen=True)
class Place:
    """Where a stream was read up to: the last line's time, and how many of that time were seen."""

    at: str
    seen: int


Places = Mapping[str, Mapping[Stream, Place]]
"""By container, then by stream; one that is not named was never seen."""


@dataclass(frozen=True)
class Page:
    """Lines in order, each with its container; `places` are where the next page begins."""

    lines: tuple[tuple[str, Line], ...]
    places: dict[str, dict[Stream, Place]] = field(default_factory=dict)
    more: bool = False
    """Whether there is more to be read at once."""


Tail = Callable[[int], tuple[list[Line], bool]]
"""Reads the last lines of one container's log, so many at most, and tells whether these are all."""


def newest(logs: Mapping[str, Tail], *, limit: int) -> Page:
    """Return the last lines of several containers, and the places after all that is there."""
    found: list[tuple[str, Line]] = []
    places: dict[str, dict[Stream, Place]] = {}
    for container, tail in logs.items():
        lines, places[container] = _end(tail, limit)
        found += [(container, line) for line in lines]
        # Cut each time, so that the lines of many containers are never held together.
        found.sort(key=_time)
        found = _fitting_end(found[-limit:])
    return Page(tuple(found), places)


def _end(tail: Tail, limit: int) -> tuple[list[Line], dict[Stream, Place]]:
    """The last lines of one log, and the places of its streams.

    Where the lines that were read begin at the very time of a place, earlier ones may share it
    and are to be counted: twice as many are read.
    """
    wanted = limit
    while True:
        lines, are_all = tail(wanted)
        places = {stream: _last(lines, stream) for stream in STREAMS}
        found = {stream: place for stream, place in places.items() if place}
        if are_all or not lines or all(p.at != lines[0].at for p in found.values()):
            break
        wanted *= 2
    if lines and not are_all:
        # A stream without a line among the last ones has none after the first of them.
        for stream in STREAMS:
            found.setdefault(stream, Place(lines[0].at, 0))
    return lines, found


def _last(lines: list[Line], stream: Stream) -> Place | None:
    own = [line.at for line in lines if line.stream == stream]
    return Place(max(own), own.count(max(own))) if own else None


def following(logs: Mapping[str, Iterable[Line]], places: Places, *, limit: int) -> Page:
    """Return the lines after the places, oldest first, at most `limit`.

    Each log holds at least what comes after its places; it is read no further than a page needs.
    """
    found: list[tuple[str, Line]] = []
    horizon = ""
    for container, lines in logs.items():
        new, is_cut = _taken(_after(lines, places.get(container, {})), limit)
        if isinstance(lines, Generator):
            lines.close()  # One that is not read to its end holds a session on the server.
        found += [(container, line) for line in new]
        if is_cut and (not horizon or new[-1].at < horizon):
            horizon = new[-1].at
    found.sort(key=_time)
    # Beyond the time up to which every log was read, earlier lines are still to come.
    shown = [one for one in found if not horizon or one[1].at <= horizon]
    shown = list(_fitting(shown[:limit]))
    after = {container: dict(places.get(container, {})) for container in logs}
    for container, line in shown:
        after[container][line.stream] = _moved(after[container].get(line.stream), line)
    return Page(tuple(shown), after, more=bool(horizon) or len(shown) < len(found))


def _after(lines: Iterable[Line], places: Mapping[Stream, Place]) -> Iterator[Line]:
    """Leave out what lies before the places, and at them what was seen."""
    left = {stream: place.seen for stream, place in places.items()}
    for line in lines:
        place = places.get(line.stream)
        if place is not None and line.at <= place.at:
            if line.at < place.at:
                continue
            left[line.stream] -= 1
            if left[line.stream] >= 0:
                continue
        yield line


def _taken(lines: Iterable[Line], limit: int) -> tuple[list[Line], bool]:
    """Take lines while they fit into one page, and tell whether others may follow."""
    taken: list[Line] = []
    cost = 0
    for line in lines:
        taken.append(line)
        cost += line.cost
        if len(taken) > limit or cost > MOST_CHARACTERS:
            return taken, True
    return taken, False


def _moved(place: Place | None, line: Line) -> Place:
    if place is not None and place.at == line.at:
        return Place(place.at, place.seen + 1)
    return Place(line.at, 1)


def _time(one: tuple[str, Line]) -> str:
    return one[1].at


def _fitting(lines: list[tuple[str, Line]]) -> Iterator[tuple[str, Line]]:
    cost = 0
    for number, one in enumerate(lines):
        cost += one[1].cost
        if number and cost > MOST_CHARACTERS:
            return
        yield one


def _fitting_end(lines: list[tuple[str, Line]]) -> list[tuple[str, Line]]:
    return list(_fitting(lines[::-1]))[::-1]


def earliest_needed(places: Mapping[Stream, Place]) -> str:
    """The time of the newest place of one container; empty without one.

    All that came before it was seen, but for lines of the other stream that were written in the
    same moments: whoever reads from `DRIFT_SECONDS` earlier has everything.
    """
    return max((place.at for place in places.values()), default="")
