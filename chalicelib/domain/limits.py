"""What each plan allows."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from chalicelib.domain.errors import Forbidden

UNLIMITED = -1
MAX_CAPABILITIES = 100

LIMITS: dict[str, tuple[str, str]] = {
    "max_deployments": ("deployments", "apps"),
    "max_cpu_cores": ("cpu_cores", "CPU cores"),
    "max_memory_mb": ("memory_mb", "MB of memory"),
    "max_disk_mb": ("disk_mb", "MB of disk"),
    "max_nodes": ("nodes", "servers"),
    "max_domains": ("domains", "domains"),
}
"""What each counted limit is called in the API, and what it counts in words."""


@dataclass(frozen=True)
class PlanLimits:
    """Bounds of one account; 0 is none, -1 without bound. Memory and disk in MB."""

    max_deployments: int
    max_cpu_cores: float
    max_memory_mb: int
    max_disk_mb: int
    max_nodes: int = 0
    max_domains: int = 0
    allowed_capabilities: tuple[str, ...] = ()
    """What templates may require; empty allows everything."""
    plan: str = ""
    """The plan's name as the gateway says it."""

    def bound(self, limit: str) -> float | None:
        """The bound of one limit by its field name; None when there is none."""
        value: float = asdict(self)[limit]
        return None if value == UNLIMITED else value


PLANS: dict[str, PlanLimits] = {
    "free": PlanLimits(1, 1, 1024, 5120, 1, 5, plan="free"),
    "starter": PlanLimits(5, 4, 4096, 20480, 5, 5, plan="starter"),
    "pro": PlanLimits(20, 16, 16384, 102400, 20, 20, plan="pro"),
}
"""From the smallest to the largest."""

PRICES: dict[str, int] = {"free": 0, "starter": 900, "pro": 2900}
"""What a plan costs for a month of thirty days, in cents of the installation's currency."""


NOTHING = PlanLimits(0, 0, 0, 0)
"""What a plan that is not known allows."""


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
            allowed_capabilities=_capabilities(given.get("allowed_capabilities")),
            plan=plan,
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        detail = "The gateway sent plan limits that cannot be read."
        raise Forbidden(detail, code="plan_unknown") from error


def _capabilities(given: object) -> tuple[str, ...]:
    """Read a list of names; none at all allows everything. Raises `ValueError`."""
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > MAX_CAPABILITIES:
        detail = "not a list of capabilities"
        raise ValueError(detail)
    if not all(isinstance(name, str) and name for name in given):
        detail = "not a capability"
        raise ValueError(detail)
    return tuple(dict.fromkeys(given))


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


def plan_that_allows(wanted: Mapping[str, float], *, above: str = "") -> str | None:
    """Name the smallest plan, larger than `above`, that allows every use; None when none does."""
    names = list(PLANS)
    larger = names[names.index(above) + 1 :] if above in PLANS else names
    for name in larger:
        bounds = {limit: PLANS[name].bound(limit) for limit in wanted}
        if all(b is None or b >= round(wanted[limit], 6) for limit, b in bounds.items()):
            return name
    return None
