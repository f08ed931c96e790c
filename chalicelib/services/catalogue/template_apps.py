"""What is told to every app of a template: asked for by messages, gone through page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from chalicelib.domain import clock
from chalicelib.domain.errors import Contended, Stale, Unavailable
from chalicelib.ports.records import Record, Selection
from chalicelib.services.tools import Tools

QUEUE = "invoices"
PAGE = 50
TRIES = 3
AGAIN_SECONDS = 60
"""When it is looked at once more: an app that is made of the template as it was is there by then,
and in the index of the template's apps."""
News = TypeVar("News")


def ask(tools: Tools, message: Mapping[str, Any]) -> None:
    """Ask for every app of a template to be told something, now and a little later."""
    try:
        for delay in (0, AGAIN_SECONDS):
            tools.queue(QUEUE).send(message, delay=delay)
    except Unavailable:
        # What is to be told is written; the daily round brings it to what runs.
        return


def running(tools: Tools, owner: str) -> list[str]:
    """The ids of an account's apps that run."""
    now = clock.seconds_of(tools.now())
    return [run.deployment for run in tools.runs().reaching(owner, since=now, until=now + 1)]


def tell_each(
    tools: Tools,
    apps: Iterable[str],
    news: Callable[[list[Record]], Mapping[str, News]],
    tell: Callable[[Record, News], None],
) -> int:
    """Tell apps what is news to them, by their ids; returns to how many it was told.

    An app that changed meanwhile (`Stale`) is looked at anew. Raises `Contended` when others keep
    coming between.
    """
    left, count = tuple(apps), 0
    for _ in range(TRIES):
        found = tools.records().get_many(left)
        present = {app.id: app for app in found.values() if app.status != "deleted"}
        missed = []
        for app, what in news(list(present.values())).items():
            try:
                tell(present[app], what)
                count += 1
            except Stale:
                missed.append(app)
        left = tuple(missed)
        if not left:
            return count
    raise Contended("The apps change again and again.")


def go_through(
    tools: Tools,
    template: str,
    tell: Callable[[list[str]], int],
    *,
    after: str,
    seconds: float,
    rest: Callable[[str], Mapping[str, Any]],
) -> int:
    """Have a template's apps told something, a page of ids at a time; returns to how many it was.

    It begins at a place in their list, `after`. What is left after some seconds is left to the
    consumer of the queue, by the message that `rest` makes of the place from which to go on.
    """
    begun, place, told = tools.now(), after or None, 0
    every = Selection("deployments", parent=template)
    while True:
        page = tools.records().select(every, limit=PAGE, after=place, before=None)
        told += tell([app.id for app in page.records])
        place = page.after
        if place is None:
            return told
        if clock.seconds_between(begun, tools.now()) >= seconds:
            tools.queue(QUEUE).send(rest(place))
            return told
