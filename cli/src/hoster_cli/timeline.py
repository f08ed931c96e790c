"""Shows a timeline while its work goes on: live on a terminal, a line for each news elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from rich.live import Live
from rich.table import Table
from rich.text import Text

from hoster_cli import words
from hoster_cli.errors import Document
from hoster_cli.show import Show, plain

MARKS = {
    "waiting": ("·", "dim"),
    "running": ("●", "blue"),
    "done": ("✓", "green"),
    "failed": ("✗", "red"),
    "undone": ("↺", "yellow"),
}
FRAMES = 4
"""Redraws in a second, so that elapsed seconds move."""


class Teller:
    """Tells one piece of work's timeline, as often as it is given; used as a context manager.

    It is told beside a result, unless it is the result that was asked for.
    """

    def __init__(self, show: Show, name: str, *, is_result: bool = False) -> None:
        self.show = show
        self.name = name
        self.console = show.out if is_result else show.err
        self._told: dict[str, str] = {}
        self._last: Document = {}
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self.console.is_terminal and not self.show.as_json:
            self._live = Live(
                console=self.console, refresh_per_second=FRAMES, get_renderable=self._drawn
            )
            self._live.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.stop()

    def tell(self, timeline: Document) -> None:
        """Take the timeline as it is now."""
        is_news, self._last = timeline != self._last, timeline
        if self.show.as_json:
            if is_news:
                self.show.document(timeline)
        elif self._live is None:
            self._tell_news(_attributes(timeline))

    def _tell_news(self, timeline: Document) -> None:
        """Say each step that began or ended since the last time."""
        for step in timeline.get("steps", ()):
            state = step["state"]
            if state == "waiting" or self._told.get(step["name"]) == state:
                continue
            self._told[step["name"]] = state
            when = step["started_at"] if state == "running" else step["ended_at"]
            begun = words.clock(when) if when else " " * 8
            said = f"{begun}  {MARKS[state][0]} {words.step(step['name'])}"
            told = "  ".join(filter(None, [said, _length(step), step.get("message")]))
            self.console.print(plain(told), markup=False)

    def _drawn(self) -> Table:
        """The timeline as it stands at this moment."""
        return drawn(self.name, _attributes(self._last))


def drawn(name: str, timeline: Document, now: datetime | None = None) -> Table:
    """A whole timeline as a table: when, state, step, how long, and what goes on."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    title = f"{words.doing(timeline.get('kind'), plain(name))}{_remaining(timeline)}"
    grid.title, grid.title_justify, grid.title_style = Text(title), "left", "bold"
    for style in ("dim", "", "", "dim", "dim"):
        grid.add_column(style=style)
    for step in timeline.get("steps", ()):
        mark, hue = MARKS[step["state"]]
        begun = words.clock(step["started_at"]) if step["started_at"] else ""
        label = Text(words.step(step["name"]), style="dim" if step["state"] == "waiting" else "")
        told = plain(_progress(step) or step.get("message") or "")
        grid.add_row(begun, Text(mark, style=hue), label, _length(step, now), told)
    return grid


def _attributes(timeline: Document) -> Document:
    found: Document = (timeline.get("data") or {}).get("attributes") or {}
    return found


def _remaining(timeline: Document) -> str:
    left = timeline.get("remaining_seconds")
    return f" · about {words.seconds(left)} left" if left else ""


def _length(step: Document, now: datetime | None = None) -> str:
    """How long a step took; of one that goes on, how long it usually takes as well."""
    if not step["started_at"]:
        return ""
    end = words.moment(step["ended_at"]) if step["ended_at"] else now or datetime.now(UTC)
    took = words.seconds(max((end - words.moment(step["started_at"])).total_seconds(), 0))
    usual = step.get("usual_seconds")
    if step["state"] == "running" and usual:
        return f"{took}, usually {words.seconds(usual)}"
    return took


def _progress(step: Document) -> str:
    progress = step.get("progress")
    if not progress:
        return ""
    return f"{progress['done']:g} of {progress['total']:g} {progress['unit']}"
