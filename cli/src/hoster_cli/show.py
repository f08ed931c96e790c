"""What is printed: results on standard output, everything that is said beside them on the other.

With `--json` standard output holds the API's documents, one a line, and nothing else. Colours are
for terminals; `NO_COLOR` turns them off.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hoster_cli.errors import Document, Problem
from hoster_cli.words import NOTHING

COLOURS = {
    "running": "green",
    "ready": "green",
    "online": "green",
    "healthy": "green",
    "verified": "green",
    "valid": "green",
    "paid": "green",
    "done": "green",
    "failed": "red",
    "unhealthy": "red",
    "offline": "red",
    "lost": "red",
    "invalid": "red",
    "unreachable": "red",
    "failing": "yellow",
    "degraded": "yellow",
    "pending": "yellow",
    "maintenance": "yellow",
    "unrouted": "yellow",
    "undone": "yellow",
    "scheduled": "blue",
    "starting": "blue",
    "stopping": "blue",
    "deleting": "blue",
    "creating": "blue",
    "configuring": "blue",
    "destroying": "blue",
}
"""Hues are for states alone, each beside its word."""
_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")
_CONTROLS = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)


@dataclass
class Show:
    """Where a command prints: documents when `as_json`, else tables and lines for people."""

    as_json: bool = False
    out: Console = field(default_factory=lambda: Console(soft_wrap=True, highlight=False))
    err: Console = field(
        default_factory=lambda: Console(stderr=True, soft_wrap=True, highlight=False)
    )

    def document(self, found: Document) -> None:
        """Print a document on a line of its own, at once."""
        print(json.dumps(found, ensure_ascii=False), flush=True)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[Any]], empty: str) -> None:
        """Print rows under their heads; with no rows, say so on the other output."""
        lines = [[cell(value) for value in row] for row in rows]
        if not lines:
            self.say(empty)
            return
        grid = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
        for head in heads:
            grid.add_column(head.upper(), no_wrap=True)
        for line in lines:
            grid.add_row(*line)
        self._print(grid)

    def listing(
        self,
        found: Document,
        heads: Sequence[str],
        row: Callable[[Document], Sequence[Any]],
        empty: str,
    ) -> None:
        """Print a list of resources: its document, or a row for each under their heads."""
        if self.as_json:
            self.document(found)
        else:
            self.table(heads, map(row, found["data"]), empty)

    def fields(self, pairs: Iterable[tuple[str, Any]]) -> None:
        """Print what is known of one thing, a line each; what is empty is left out."""
        grid = Table.grid(padding=(0, 3, 0, 0))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in pairs:
            if value not in (None, "", []):
                grid.add_row(name, cell(value))
        self._print(grid)

    def line(self, text: str) -> None:
        """Print a result."""
        self.out.print(plain(text), markup=False)

    def say(self, text: str) -> None:
        """Tell a person something that is no result."""
        self.err.print(plain(text), markup=False)

    def done(self, text: str) -> None:
        """Tell a person that something ended well."""
        self.err.print(Text.assemble(("✓ ", "green"), plain(text)))

    def _print(self, grid: Table) -> None:
        """Print a table as wide as it is: what reads it from a pipe gets whole rows."""
        if self.out.is_terminal:
            self.out.print(grid)
        else:
            wide = Console(file=sys.stdout, width=10_000, highlight=False)
            with wide.capture() as capture:
                wide.print(grid)
            lines = capture.get().splitlines()
            self.out.print("\n".join(line.rstrip() for line in lines), markup=False)


def cell(value: Any) -> Text:
    """A value in a table; a state has its hue."""
    if value is None or value == "":
        return Text(NOTHING, style="dim")
    text = plain(str(value))
    return Text(text, style=COLOURS.get(text, ""))


def plain(text: str) -> str:
    """A text without what would steer a terminal: names and messages come from other people."""
    return _CONTROLS.sub("", text)


def coloured(text: str) -> str:
    """A line of an app's output: colours stay, whatever else would steer a terminal goes."""
    return "".join(part if _COLOUR.fullmatch(part) else plain(part) for part in _COLOUR.split(text))


def problem(error: Problem, *, as_json: bool) -> None:
    """Tell what went wrong, on the other output: as a person reads it, or the API's document."""
    if as_json and error.document is not None:
        print(json.dumps(error.document, ensure_ascii=False), file=sys.stderr)
        return
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(Text.assemble(("✗ ", "red"), plain(str(error))))
    if error.hint:
        console.print(error.hint, markup=False)
