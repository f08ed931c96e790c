"""Decides a service's limits of CPU, memory and processes.

`deploy.resources.limits` wins over `cpus`, `mem_limit` and `pids_limit`. A service that
states no limit gets the default, raised to what it reserves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text, shown
from chalicelib.domain.compose.units import cores, megabytes

DEFAULT_CPUS = 0.5
DEFAULT_MEMORY_MB = 256
DEFAULT_PIDS = 512
MIN_CPUS, MAX_CPUS = 0.01, 256
MIN_MEMORY_MB, MAX_MEMORY_MB = 6, 4 * 1024 * 1024
"""Docker starts no container with less than 6 MB."""
MAX_PIDS = 32_768


@dataclass(frozen=True)
class Limits:
    """What a container may use: cores, MB, processes; and the MB that it reserves."""

    cpus: float
    memory_mb: int
    pids: int
    reserved_memory_mb: int


def read_limits(service: Section, deploy: Section) -> Limits:
    """Read every way in which a service states its limits. Raises `InvalidPlan`."""
    resources = deploy.section("resources")
    limits, reserved = resources.section("limits"), resources.section("reservations")
    cpus = _strongest(limits, "cpus", service, "cpus", _checked_cores)
    memory = _strongest(limits, "memory", service, "mem_limit", _checked_megabytes)
    pids = _strongest(limits, "pids", service, "pids_limit", _checked_pids)
    reserved_cpus = _read(reserved, "cpus", _checked_cores)
    reserved_memory = _strongest(reserved, "memory", service, "mem_reservation", _checked_megabytes)
    _check_reserved(reserved, "cpus", reserved_cpus, cpus)
    if reserved.take("memory") is None:
        _check_reserved(service, "mem_reservation", reserved_memory, memory)
    else:
        _check_reserved(reserved, "memory", reserved_memory, memory)
    if resources.node.entries:
        for section in (limits, reserved, resources):
            section.close()
    return Limits(
        cpus=cpus or max(DEFAULT_CPUS, reserved_cpus or 0),
        memory_mb=int(memory or max(DEFAULT_MEMORY_MB, reserved_memory or 0)),
        pids=int(pids or DEFAULT_PIDS),
        reserved_memory_mb=int(reserved_memory or 0),
    )


def _strongest(
    first: Section, first_key: str, second: Section, second_key: str, read: Callable[[str], float]
) -> float | None:
    """Read a limit that can stand in two places; the weaker one is told as ignored."""
    value = _read(first, first_key, read)
    if value is None:
        return _read(second, second_key, read)
    return value


def _read(section: Section, key: str, read: Callable[[str], float]) -> float | None:
    """Read one limit; absent and zero (no limit) are None."""
    node = section.take(key)
    if node is None:
        return None
    try:
        return read(as_text(node, section.at(key))) or None
    except ValueError as error:
        detail = f"{section.at(key)}: {shown(node)} {error}."
        raise fault(Mistaken.BAD_LIMIT, detail, node.line) from error


def _checked_cores(text: str) -> float:
    return _within(cores(text), MIN_CPUS, MAX_CPUS, "CPU cores")


def _checked_megabytes(text: str) -> float:
    """Read MB; -1 (no limit) is not granted and gives the default."""
    if text.strip() == "-1":
        return 0
    return _within(megabytes(text), MIN_MEMORY_MB, MAX_MEMORY_MB, "MB")


def _checked_pids(text: str) -> float:
    """Read a number of processes; -1 (no limit) is not granted and gives the default."""
    if text.strip() == "-1":
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        detail = "is not a number of processes"
        raise ValueError(detail)
    return _within(int(text), 1, MAX_PIDS, "processes")


def _within(value: float, least: float, most: float, unit: str) -> float:
    if value and not least <= value <= most:
        detail = f"is not within {least} and {most} {unit}"
        raise ValueError(detail)
    return value


def _check_reserved(
    section: Section, key: str, reserved: float | None, limit: float | None
) -> None:
    if reserved and limit and reserved > limit:
        detail = f"{section.at(key)} is more than the service's own limit."
        raise fault(Mistaken.BAD_LIMIT, detail, section.line(key))
