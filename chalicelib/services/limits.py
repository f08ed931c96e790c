"""Plan limits: what an account uses of its plan, counted where it is made and where it ends.

Whoever makes something adds the writes of `claim` to the transaction that makes it, within
`telling`; whoever ends it adds those of `give_back`. So the counters are exact, and a bound holds
however many create at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from chalicelib.domain.errors import Forbidden, LimitReached
from chalicelib.domain.limits import LIMITS, PlanLimits, plan_that_allows
from chalicelib.ports.records import Count, Record
from chalicelib.services.counters import plan_key
from chalicelib.services.tools import Tools

Use = Mapping[str, float]
"""How much of each limit, by its name in `PlanLimits`."""

A_NODE: Use = {"max_nodes": 1}
A_DOMAIN: Use = {"max_domains": 1}


def of_deployment(deployment: Record) -> Use:
    """What a deployment counts for, from its creation until it is deleted."""
    attributes = deployment.attributes
    return {
        "max_deployments": 1,
        "max_cpu_cores": float(attributes["resources_cpu_cores"]),
        "max_memory_mb": float(attributes["resources_memory_mb"]),
        "max_disk_mb": float(attributes["resources_disk_mb"]),
    }


def claim(limits: PlanLimits, owner: str, use: Use) -> tuple[Count, ...]:
    """The writes that count a use, each on condition that its bound holds after it."""
    return tuple(
        Count(plan_key(limit, owner), by, at_most=limits.bound(limit), limit=limit)
        for limit, by in use.items()
    )


def give_back(owner: str, use: Use) -> tuple[Count, ...]:
    """The writes that end a use."""
    return tuple(Count(plan_key(limit, owner), -by) for limit, by in use.items() if by)


@contextmanager
def telling(tools: Tools, limits: PlanLimits, owner: str, use: Use) -> Iterator[None]:
    """Refuse what would pass a bound before it is written, and tell which one when it is.

    Looking first keeps those who come too late from contending with those who still fit. Raises
    `Forbidden` with code `plan_limit_exceeded`; its `meta` says the same for programs.
    """
    used = used_by(tools, owner, use)
    for limit, wanted in use.items():
        bound = limits.bound(limit)
        if bound is not None and wanted > 0 and round(used[limit] + wanted, 6) > bound:
            raise _refusal(limits, limit, used, use)
    try:
        yield
    except LimitReached as error:
        if error.limit not in use:
            raise
        raise _refusal(limits, error.limit, used_by(tools, owner, use), use) from error


def used_by(tools: Tools, owner: str, names: Iterable[str]) -> dict[str, float]:
    """How much of each named limit an account uses, in one read."""
    keys = {name: plan_key(name, owner) for name in names}
    found = tools.records().counters(tuple(keys.values()))
    return {name: round(found[key], 6) for name, key in keys.items()}


def check_capabilities(limits: PlanLimits, required: Iterable[str]) -> None:
    """Raise `Forbidden` with code `plan_limit_exceeded` for a capability that the plan lacks."""
    allowed = limits.allowed_capabilities
    missing = sorted(set(required) - set(allowed)) if allowed else []
    if missing:
        raise Forbidden(
            f"This template needs {', '.join(missing)}; your plan allows {', '.join(allowed)}.",
            code="plan_limit_exceeded",
            meta={
                "limit": "allowed_capabilities",
                "bound": list(allowed),
                "used": None,
                "wanted": missing,
                "plan": None,
            },
        )


def _refusal(limits: PlanLimits, limit: str, used: Mapping[str, float], use: Use) -> Forbidden:
    bound, has, wanted = limits.bound(limit), used[limit], use[limit]
    name, what = LIMITS[limit]
    better = plan_that_allows({n: used[n] + by for n, by in use.items()}, above=limits.plan)
    hint = f" The plan “{better}” allows it." if better else ""
    return Forbidden(
        f"Your plan allows {bound:g} {what}. You use {has:g}, and this would need"
        f" {has + wanted:g}.{hint}",
        code="plan_limit_exceeded",
        meta={"limit": name, "bound": bound, "used": has, "wanted": wanted, "plan": better},
    )
