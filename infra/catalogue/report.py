"""What is told of one file of a catalogue, and of all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Report:
    """One file. It is parsed when it is planned or refused by policy; else `error` says why."""

    file: str
    format: str
    parsed: bool = False
    planned: bool = False
    refused: list[Json] = field(default_factory=list)
    error: str | None = None
    ignored: list[str] = field(default_factory=list)
    dropped: list[Json] = field(default_factory=list)
    """What an importer could not bring over, each part with key, reason and line."""
    services: list[Json] = field(default_factory=list)
    variables: list[Json] = field(default_factory=list)
    routes: list[Json] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """The ignored keys with line and reason, for people."""
    converted: bool = False
    """Whether it became a draft of ours with nothing lost but what `dropped` lists."""

    def as_json(self) -> Json:
        """The report as `JSON=1` prints it."""
        inner = {"notes", "converted"}
        return {key: value for key, value in asdict(self).items() if key not in inner}

    def lines(self) -> list[str]:
        """The report for people."""
        mark = "✓" if self.planned else "-" if self.parsed else "✗"
        said = f"{len(self.services)} services" if self.planned else self.error or "refused"
        told = [f"{mark} {self.file}: {said}"]
        told += [f"    {one['rule']}, line {one['line']}: {one['reason']}" for one in self.refused]
        told += [f"    dropped: {one['key']}: {one['reason']}" for one in self.dropped]
        return [*told, *(f"    ignored: {note}" for note in self.notes)]


def summary(reports: Iterable[Report], seconds: float) -> Json:
    """Count reports, as the last line of `JSON=1` prints it."""
    told = list(reports)
    parsed = sum(report.parsed for report in told)
    return {
        "files": len(told),
        "parsed": parsed,
        "planned": sum(report.planned for report in told),
        "refused": sum(bool(report.refused) for report in told),
        "converted": sum(report.converted for report in told),
        "errors": len(told) - parsed,
        "seconds": round(seconds, 3),
    }
