"""Reads ends of containers from what the Docker Engine tells of its own memory of events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain import names_on_node as names
from chalicelib.ports.insight import Death

APART = 5.0
"""Within how many seconds the kernel's word about memory belongs to an end: the Engine hears of
both by different ways, and on a busy server of the end first."""


def read(events: Iterable[dict[str, Any]]) -> dict[str, tuple[Death, ...]]:
    """Read `die` and `oom` events, as the Engine tells them, into deaths by deployment."""
    deaths: list[tuple[str, str, float, Death]] = []
    starved: list[tuple[str, float]] = []
    for event in events:
        container, labels = event["Actor"]["ID"], event["Actor"]["Attributes"]
        moment = event["timeNano"] / 1e9
        if event["Action"] == "oom":
            starved.append((container, moment))
            continue
        death = Death(
            service=labels.get(names.SERVICE, ""),
            at=clock.text_of(datetime.fromtimestamp(moment, UTC)),
            exit_code=_number(labels.get("exitCode")),
        )
        deaths.append((labels.get(names.DEPLOYMENT, ""), container, moment, death))
    found: dict[str, tuple[Death, ...]] = {}
    for deployment, container, moment, death in deaths:
        why = next((one for one in starved if _explains(one, container, moment)), None)
        if why:
            starved.remove(why)
        told = replace(death, out_of_memory=bool(why))
        found[deployment] = (*found.get(deployment, ()), told)
    return found


def _explains(starved: tuple[str, float], container: str, moment: float) -> bool:
    """Whether the kernel's word is about this end; each word is about one."""
    return starved[0] == container and abs(starved[1] - moment) <= APART


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.lstrip("-").isdigit() else None
