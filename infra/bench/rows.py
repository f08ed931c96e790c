"""One measured figure beside its peer, and a table of them for people."""

from __future__ import annotations

import io
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

EMULATOR = "emulator"
"""The case of what the local cloud itself costs: it is no part of the product's own time."""


@dataclass(frozen=True)
class Row:
    """One figure. `peer` is None where there is none; `samples` is how many it is the middle of."""

    bench: str
    case: str
    metric: str
    unit: str
    ours: float
    samples: int
    peer: float | None = None
    peer_name: str | None = None

    @property
    def ratio(self) -> float | None:
        """Ours by the peer's; None without a peer."""
        return round(self.ours / self.peer, 3) if self.peer else None

    def as_json(self) -> dict[str, Any]:
        """The row as `make bench JSON=1` prints it."""
        return {**asdict(self), "ratio": self.ratio}


def median(values: Sequence[float]) -> float:
    """The middle of the values, to a tenth of a thousandth."""
    return round(statistics.median(values), 4)


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least `percent` of 100 values do not exceed."""
    ordered = sorted(values)
    place = -(-len(ordered) * percent // 100)
    return round(ordered[max(place, 1) - 1], 4)


def differences(ours: Sequence[float], *others: Sequence[float]) -> list[float]:
    """What is left of each of our samples without those taken beside it in the same round."""
    return [own - sum(beside) for own, *beside in zip(ours, *others, strict=True)]


def table(rows: Iterable[Row]) -> str:
    """Write rows as a table, a case's name on its first row only."""
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("case", "metric"):
        drawn.add_column(title, no_wrap=True)
    for title in ("ours", "peer", "ratio", "samples"):
        drawn.add_column(title, justify="right", no_wrap=True)
    drawn.add_column("peer is", no_wrap=True)
    case = ""
    for row in rows:
        drawn.add_row(
            row.case if row.case != case else "",
            row.metric,
            f"{_figure(row.ours)} {row.unit}",
            "" if row.peer is None else f"{_figure(row.peer)} {row.unit}",
            "" if row.ratio is None else f"{row.ratio:.2f}",
            str(row.samples),
            row.peer_name or "",
        )
        case = row.case
    console = Console(file=io.StringIO(), width=200, color_system=None)
    with console.capture() as captured:
        console.print(drawn)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}" if value else "0"
