"""What a deployment used over a range of time, as a chart shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from typing_extensions import TypedDict

from chalicelib.domain import clock
from chalicelib.domain.metrics import LONGEST_GAP, QUARTER, WHOLE, Slice, Use, slices, thinned
from chalicelib.domain.traffic import (
    LATENCY_BOUNDS_MS,
    STATUS_CLASSES,
    Carried,
    percentile_ms,
)
from chalicelib.domain.traffic import steps as traffic_steps
from chalicelib.services.tools import Tools

RangeName = Literal["1h", "6h", "24h", "7d", "30d"]
RANGES: tuple[RangeName, ...] = get_args(RangeName)
KB = 1024
Numbers = list[float | None]
"""One number a step; null where nothing was measured."""
Measured = TypeVar("Measured")
REPORTED_WITHIN = 600
"""Seconds after which the proxies' reports of a moment are there."""
NO_TRAFFIC = Carried(0.0, 0.0, 0.0, (0.0,) * STATUS_CLASSES, (0.0,) * (len(LATENCY_BOUNDS_MS) + 1))


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


class TrafficSeries(TypedDict):
    """What the app proxies carried in each step: means, and latency to the answer's header.

    Bytes are those of clients: in is what they sent, out what they were sent.
    """

    requests_per_second: Numbers
    bytes_in_per_second: Numbers
    bytes_out_per_second: Numbers
    status_1xx_per_second: Numbers
    status_2xx_per_second: Numbers
    status_3xx_per_second: Numbers
    status_4xx_per_second: Numbers
    status_5xx_per_second: Numbers
    latency_ms_p50: Numbers
    latency_ms_p95: Numbers
    latency_ms_p99: Numbers


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
    traffic: TrafficSeries


def history(tools: Tools, deployment_id: str, name: RangeName) -> DeploymentMetrics:
    """Read what a deployment used over a range that ends now, and its traffic: two queries."""
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
        "traffic": _traffic(tools, deployment_id, times, now),
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


def _traffic(tools: Tools, deployment_id: str, times: range, now: int) -> TrafficSeries:
    """Read what the proxies carried; nothing is known yet of what they did not report so far."""
    step, count = times.step, len(times)
    parts = tools.traffic().parts(deployment_id, since=times.start, until=times.stop)
    spread = traffic_steps(parts, times.start, step, count)
    carried = [
        one or (NO_TRAFFIC if at + step <= now - REPORTED_WITHIN else None)
        for at, one in zip(times, spread, strict=True)
    ]
    classes = [
        _each(carried, lambda one, place=place: round(one.statuses[place] / step, 4))  # type: ignore[misc]
        for place in range(STATUS_CLASSES)
    ]
    p50, p95, p99 = (
        _each(carried, lambda one, share=share: _milliseconds(one, share))  # type: ignore[misc]
        for share in (0.5, 0.95, 0.99)
    )
    return {
        "requests_per_second": _each(carried, lambda one: round(one.requests / step, 4)),
        "bytes_in_per_second": _each(carried, lambda one: round(one.bytes_in / step, 2)),
        "bytes_out_per_second": _each(carried, lambda one: round(one.bytes_out / step, 2)),
        "status_1xx_per_second": classes[0],
        "status_2xx_per_second": classes[1],
        "status_3xx_per_second": classes[2],
        "status_4xx_per_second": classes[3],
        "status_5xx_per_second": classes[4],
        "latency_ms_p50": p50,
        "latency_ms_p95": p95,
        "latency_ms_p99": p99,
    }


def _milliseconds(carried: Carried, share: float) -> float | None:
    found = percentile_ms(carried.latencies, share)
    return None if found is None else round(found, 1)


def _percent(use: Use, millicores: float) -> float | None:
    """How much of the cores that it may use, both in thousandths, was used."""
    return round(100 * millicores / use.cpu_limit, 2) if use.cpu_limit else None


def _each(steps: Iterable[Measured | None], number: Callable[[Measured], float | None]) -> Numbers:
    return [number(one) if one is not None else None for one in steps]
