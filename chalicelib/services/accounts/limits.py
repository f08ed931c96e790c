"""Plan limits: what an account uses of its plan, counted where it is made and where it ends.

Whoever makes something commits it by `claim`; whoever ends it adds the writes of `give_back` to
the transaction that does. So the counters are exact, and a bound holds however many create at
once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.domain.errors import Contended, Forbidden, LimitReached
from chalicelib.domain.limits import LIMITS, PlanLimits, plan_that_allows
from chalicelib.ports.records import Count, Record, Write
from chalicelib.services.counters import plan_key
from chalicelib.services.throwaways import is_for_proof
from chalicelib.services.tools import Tools

Use = Mapping[str, float]
"""How much of each limit, by its name in `PlanLimits`."""

ROUNDS = 5
"""How often a commit that others keep coming between is begun again: within ten seconds."""

NOTHING: Use = {}
A_NODE: Use = {"max_nodes": 1}
A_DOMAIN: Use = {"max_domains": 1}


def of_deployment(deployment: Record) -> Use:
    """What a deployment counts for, from its creation until it is deleted."""
    attributes = deployment.attributes
    if is_for_proof(deployment):
        return NOTHING
    return {
        "max_deployments": 1,
        "max_cpu_cores": float(attributes["resources_cpu_cores"]),
        "max_memory_mb": float(attributes["resources_memory_mb"]),
        "max_disk_mb": float(attributes["resources_disk_mb"]),
    }


def of_provision(provision: Record) -> Use:
    """What a server that is asked for counts for, until it is destroyed."""
    return NOTHING if is_for_proof(provision) else A_NODE


def claim(tools: Tools, limits: PlanLimits, owner: str, use: Use, *writes: Write) -> None:
    """Commit writes together with the use that they count for, each bound holding after it.

    It looks before each round of tries, so that those who come too late neither contend with
    those who still fit nor wait for them. Raises `Forbidden` with code `plan_limit_exceeded`,
    whose `meta` says the same for programs, what `commit` raises, and `Contended` after `ROUNDS`.
    """
    counts = tuple(
        Count(plan_key(limit, owner), by, at_most=limits.bound(limit), limit=limit)
        for limit, by in use.items()
    )
    for left in reversed(range(ROUNDS)):
        _refuse_beyond(limits, used_by(tools, owner, use), use)
        try:
            tools.records().commit(*writes, *counts)
        except LimitReached as error:
            if error.limit not in use:
                raise
            raise _refusal(limits, error.limit, used_by(tools, owner, use), use) from error
        except Contended:
            if not left:
                raise
        else:
            return


def give_back(owner: str, use: Use) -> tuple[Count, ...]:
    """The writes that end a use."""
    return tuple(Count(plan_key(limit, owner), -by) for limit, by in use.items() if by)


def _refuse_beyond(limits: PlanLimits, used: Mapping[str, float], use: Use) -> None:
    for limit, wanted in use.items():
        bound = limits.bound(limit)
        if bound is not None and wanted > 0 and round(used[limit] + wanted, 6) > bound:
            raise _refusal(limits, limit, used, use)


def used_by(tools: Tools, owner: str, names: Iterable[str]) -> dict[str, float]:
    """How much of each named limit an account uses, in one read."""
    keys = {name: plan_key(name, owner) for name in names}
    found = tools.records().counters(tuple(keys.values()))
    return {name: _number(found[key]) for name, key in keys.items()}


def _number(value: float) -> float:
    """Write a counter without binary dust, and whole where it is whole."""
    rounded = round(value, 6)
    return int(rounded) if rounded.is_integer() else rounded


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
