"""The apps of one template, gone through a page at a time, for as long as one message may take."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.domain import clock
from chalicelib.ports.records import Selection
from chalicelib.services.tools import Tools

PAGE = 50


def go_through(
    tools: Tools,
    template: str,
    visit: Callable[[list[str]], None],
    *,
    after: str,
    seconds: float,
) -> str:
    """Have pages of ids of a template's apps visited, from a place in their list on.

    Returns the place from which to go on when that many seconds are over; empty at the end.
    """
    begun, place = tools.now(), after or None
    every = Selection("deployments", parent=template)
    while True:
        page = tools.records().select(every, limit=PAGE, after=place, before=None)
        visit([app.id for app in page.records])
        place = page.after
        if place is None:
            return ""
        if clock.seconds_between(begun, tools.now()) >= seconds:
            return place
