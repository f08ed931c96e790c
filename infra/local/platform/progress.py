"""Progress lines: what happens, how long it took, plain enough for a log and for a terminal."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Stage:
    """One stage as it went."""

    name: str
    ok: bool = False
    seconds: float = 0.0
    detail: str = ""


@dataclass
class Progress:
    """Tells stages line by line on standard error when standard output is for machines."""

    stages: list[Stage] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    quiet_out: bool = field(default_factory=lambda: os.environ.get("JSON") == "1")

    def line(self, text: str) -> None:
        """Print one line."""
        print(text, file=sys.stderr if self.quiet_out else sys.stdout, flush=True)

    @contextmanager
    def stage(self, name: str, title: str) -> Iterator[Stage]:
        """Tell a stage when it ends, with its time and what it found."""
        stage = Stage(name)
        self.stages.append(stage)
        start = time.monotonic()
        try:
            yield stage
            stage.ok = True
        finally:
            stage.seconds = round(time.monotonic() - start, 2)
            mark = "✓" if stage.ok else "✗"
            detail = f"  {stage.detail}" if stage.detail else ""
            self.line(f"  {mark} {title:<44} {stage.seconds:6.1f} s{detail}")

    def seconds(self) -> float:
        """Seconds since the beginning."""
        return round(time.monotonic() - self.began, 2)

    def as_json(self) -> list[dict[str, Any]]:
        """The stages as they go into the summary line."""
        return [
            {"name": s.name, "ok": s.ok, "seconds": s.seconds, "detail": s.detail}
            for s in self.stages
        ]


def print_json(value: Any) -> None:
    """Print one machine-readable line."""
    print(json.dumps(value), flush=True)
