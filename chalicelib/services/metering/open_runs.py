"""Holds the runs that are open in the books against what the apps themselves say, once a day.

Both are written in one transaction, so that nothing is ever found; what is found all the same
would be billed for nothing, or run for nothing, until somebody looks.
"""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.ports.records import Record, Selection
from chalicelib.services.metering.metering import RUN
from chalicelib.services.tools import Tools

PAGE = 100


def in_doubt(tools: Tools, owner: str) -> tuple[str, ...]:
    """The apps of an account whose record and whose open run do not agree, on a second look too."""
    now = clock.seconds_of(tools.now())
    reaching = tools.runs().reaching(owner, since=now, until=now + 1)
    books = {one.deployment for one in reaching if one.until is None}
    said = {app.id for app in _running(tools, owner) if app.attributes.get(RUN)}
    return tuple(app for app in sorted(books ^ said) if _disagrees(tools, owner, app))


def _running(tools: Tools, owner: str) -> list[Record]:
    found: list[Record] = []
    after: str | None = None
    while True:
        running = Selection("deployments", owner=owner, status="running")
        page = tools.records().select(running, limit=PAGE, after=after, before=None)
        found += page.records
        after = page.after
        if after is None:
            return found


def _disagrees(tools: Tools, owner: str, app: str) -> bool:
    """Look again, consistently: an app that began or ended meanwhile is no news."""
    before = tools.records().get(app)
    is_open = tools.runs().open_run(owner, app) is not None
    after = tools.records().get(app)
    says = [bool(one and one.attributes.get(RUN)) for one in (before, after)]
    return says[0] == says[1] != is_open
