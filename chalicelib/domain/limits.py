"""What each plan allows."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass

from chalicelib.domain.errors import Forbidden

UNLIMITED = -1


@dataclass(frozen=True)
class PlanLimits:
    """Bounds of one account; 0 is none, -1 without bound. Memory and disk in MB."""

    max_deployments: int
    max_cpu_cores: float
    max_memory_mb: int
    max_disk_mb: int
    max_nodes: int = 0
    max_domains: int = 0

    def bound(self, limit: str) -> float | None:
        """The bound of one limit by its field name; None when there is none."""
        value: float = asdict(self)[limit]
        return None if value == UNLIMITED else value


PLANS: dict[str, PlanLimits] = {
    "free": PlanLimits(1, 1, 1024, 5120, 1, 5),
    "starter": PlanLimits(5, 4, 4096, 20480, 5, 5),
    "pro": PlanLimits(20, 16, 16384, 102400, 20, 20),
}


def limits_of(plan: str, sent: str | None) -> PlanLimits:
    """Decide the limits of a caller from the plan's name and the gateway's header, if it came.

    Raises `Forbidden` with code `plan_unknown` when neither can be understood (CONTRACT 2).
    """
    table = PLANS.get(plan)
    if not sent:
        if table is None:
            raise Forbidden(f"The plan “{plan}” is not known here.", code="plan_unknown")
        return table
    try:
        given = json.loads(sent)
        return PlanLimits(
            max_deployments=int(_bound(given["max_deployments"])),
            max_cpu_cores=_bound(given["max_cpu_cores"]),
            max_memory_mb=int(_bound(given["max_memory_mb"])),
            max_disk_mb=int(_bound(given["max_disk_mb"])),
            max_nodes=table.max_nodes if table else 0,
            max_domains=table.max_domains if table else 0,
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        detail = "The gateway sent plan limits that cannot be read."
        raise Forbidden(detail, code="plan_unknown") from error


def _bound(given: object) -> float:
    """Read one bound: a number, not negative, or -1. Raises `ValueError` and `OverflowError`."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        detail = "not a number"
        raise ValueError(detail)
    value = float(given)
    if not math.isfinite(value) or (value < 0 and value != UNLIMITED):
        detail = "not a bound"
        raise ValueError(detail)
    return value


def plan_that_allows(limit: str, wanted: float) -> str | None:
    """Name the smallest plan whose `limit` is at least `wanted`; None when none is."""
    for name, limits in PLANS.items():
        bound = limits.bound(limit)
        if bound is None or bound >= wanted:
            return name
    return None
