"""The peaks of what an app uses, over looks at its containers, whatever restarts between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain import clock

LEAST_SECONDS = 0.5
"""Between two looks that tell of cores: in less, the kernel's own steps would show."""


@dataclass(frozen=True)
class Look:
    """What the containers of an app held and had used at a moment, RFC 3339 UTC."""

    at: str
    memory_bytes: int = 0
    cpu_nanoseconds: Mapping[str, int] = field(default_factory=dict)
    """What each container used since it started, by its id."""


def with_look(peaks: Mapping[str, Any], look: Look) -> dict[str, Any]:
    """Take a look into account; `peaks` is what this returned before, empty at first.

    It has `memory_kb` and `cpu_millicores`, and keeps the last look as `at` and `cpu_ms`. A
    container that was not there at the last look used all that it used since then.
    """
    used = {one: nanoseconds // 1_000_000 for one, nanoseconds in look.cpu_nanoseconds.items()}
    known: dict[str, Any] = {
        "memory_kb": max(int(peaks.get("memory_kb") or 0), look.memory_bytes // 1024),
        "cpu_millicores": int(peaks.get("cpu_millicores") or 0),
        "at": look.at,
        "cpu_ms": used,
    }
    if not peaks.get("at"):
        return known
    seconds = clock.seconds_between(str(peaks["at"]), look.at)
    if seconds < LEAST_SECONDS:
        # The next look tells of both spans together.
        return {**known, "at": peaks["at"], "cpu_ms": peaks["cpu_ms"]}
    before = peaks["cpu_ms"]
    spent = sum(max(0, now - int(before.get(one) or 0)) for one, now in used.items())
    millicores = round(spent / seconds)
    return {**known, "cpu_millicores": max(known["cpu_millicores"], millicores)}
