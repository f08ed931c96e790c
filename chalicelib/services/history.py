"""What a deployment used over a range of time, as a chart shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from typing_extensions import TypedDict

from chalicelib.domain import clock
from chalicelib.domain.metrics import LONGEST_GAP, QUARTER, WHOLE, Slice, Use, slices, thinned
from chalicelib.services.tools import Tools

RangeName = Literal["1h", "6h", "24h", "7d", "30d"]
RANGES: tuple[RangeName, ...] = get_args(RangeName)
KB = 1024
Numbers = list[float | None]
"""One number a step; null where nothing was measured."""


@dataclass(frozen=True)
class _Range:
    """How long a range is and how long its steps are, in seconds."""

    span: int
    step: int


_RANGES: Mapping[str, _Range] = {
    "1h": _Range(3600, 60),
    "6h": _Range(6 * 3600, 120),
    "24h": _Range(86_400, 300),
    "7d": _Range(7 * 86_400, 3600),
    "30d": _Range(30 * 86_400, 3 * 3600),
}


class Series(TypedDict):
    """What was used in each step: means, and peaks where it says so.

    `cpu_percent` is of the limit of cores, which `cpu_cores` counts; rates are bytes a second.
    """

    cpu_percent: Numbers
    cpu_percent_peak: Numbers
    cpu_cores: Numbers
    memory_bytes: Numbers
    memory_bytes_peak: Numbers
    memory_limit_bytes: Numbers
    network_rx_bytes_per_second: Numbers
    network_tx_bytes_per_second: Numbers
    block_read_bytes_per_second: Numbers
    block_write_bytes_per_second: Numbers
    pids: Numbers


class ServiceSeries(TypedDict):
    """What one service used."""

    service: str
    series: Series


class DeploymentMetrics(TypedDict):
    """What a deployment used over a range, step by step; `times` are the beginnings of steps."""

    range: RangeName
    step_seconds: int
    since: str
    until: str
    times: list[str]
    whole: Series
    services: list[ServiceSeries]
    disk_bytes: Numbers


def history(tools: Tools, deployment_id: str, name: RangeName) -> DeploymentMetrics:
    """Read what a deployment used over a range that ends now, in one query."""
    wanted = _RANGES[name]
    now = clock.seconds_of(tools.now())
    until = now - now % wanted.step + wanted.step
    since = until - wanted.span
    parts = {part.at: part for part in _parts(tools, deployment_id, wanted, since, until)}
    times = range(since, until, wanted.step)
    steps = [parts.get(at, Slice(at)) for at in times]
    services = sorted({name for step in steps for name in step.uses} - {WHOLE})
    return {
        "range": name,
        "step_seconds": wanted.step,
        "since": clock.text_at(since),
        "until": clock.text_at(until),
        "times": [clock.text_at(at) for at in times],
        "whole": _series(steps, WHOLE),
        "services": [{"service": one, "series": _series(steps, one)} for one in services],
        "disk_bytes": [step.disk_kb * KB if step.disk_kb is not None else None for step in steps],
    }


def _parts(
    tools: Tools, deployment_id: str, wanted: _Range, since: int, until: int
) -> tuple[Slice, ...]:
    """Read the slices of a range: from samples, or from the slices that are kept for a month.

    The first step needs a sample from before it.
    """
    if wanted.step >= QUARTER:
        kept = tools.metrics().slices(deployment_id, since=since, until=until)
        return thinned(kept, wanted.step)
    samples = tools.metrics().samples(deployment_id, since=since - LONGEST_GAP, until=until)
    return slices(samples, wanted.step)


def _series(steps: Iterable[Slice], service: str) -> Series:
    uses = [step.uses.get(service) for step in steps]
    return {
        "cpu_percent": _each(uses, lambda use: _percent(use, use.cpu_ms / use.seconds)),
        "cpu_percent_peak": _each(uses, lambda use: _percent(use, use.cpu_peak)),
        "cpu_cores": _each(uses, lambda use: round(use.cpu_ms / use.seconds / 1000, 4)),
        "memory_bytes": _each(uses, lambda use: use.memory_kb_seconds * KB // use.seconds),
        "memory_bytes_peak": _each(uses, lambda use: use.memory_peak_kb * KB),
        "memory_limit_bytes": _each(uses, lambda use: use.memory_limit_kb * KB or None),
        "network_rx_bytes_per_second": _each(uses, lambda use: use.rx_bytes // use.seconds),
        "network_tx_bytes_per_second": _each(uses, lambda use: use.tx_bytes // use.seconds),
        "block_read_bytes_per_second": _each(uses, lambda use: use.read_kb * KB // use.seconds),
        "block_write_bytes_per_second": _each(uses, lambda use: use.written_kb * KB // use.seconds),
        "pids": _each(uses, lambda use: use.pids),
    }


def _percent(use: Use, millicores: float) -> float | None:
    """How much of the cores that it may use, both in thousandths, was used."""
    return round(100 * millicores / use.cpu_limit, 2) if use.cpu_limit else None


def _each(uses: Iterable[Use | None], number: Callable[[Use], float | None]) -> Numbers:
    return [number(use) if use is not None else None for use in uses]
