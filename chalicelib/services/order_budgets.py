"""Our own count of what a certificate authority allows: it is not asked for what it would refuse.

The limits are those of Let's Encrypt, which fill up again as ours do: little by little.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.preflight import Verdict, budget_verdict
from chalicelib.services.tools import Tools

WEEK_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class Budget:
    """So many at once, and so many a minute for long."""

    burst: int
    per_minute: float


OF_ACCOUNT = Budget(300, 300 / 180)
OF_DOMAIN = Budget(50, 50 / WEEK_MINUTES)
OF_NAME = Budget(5, 5 / WEEK_MINUTES)
TRIES = Budget(5, 5 / 60)


def _budgets(tools: Tools, host: str) -> tuple[tuple[str, str, Budget], ...]:
    """What an order for a name is taken from: the words for it, the bucket, its size."""
    registered = tools.dns().registered_name(host.removeprefix("*."))
    return (
        (f"The budget of certificates for {host}", f"certificate#{host}", OF_NAME),
        (f"The budget of tries for {host}", f"certificate-tries#{host}", TRIES),
        (
            f"The budget of certificates for names under {registered}",
            f"certificates#{registered}",
            OF_DOMAIN,
        ),
        (
            "The installation's budget of orders",
            f"orders#{tools.settings().authority_url}",
            OF_ACCOUNT,
        ),
    )


def verdict(tools: Tools, host: str) -> tuple[Verdict, int]:
    """Whether an order would be taken, and after how many seconds if not now."""
    waits = [
        (tools.rates().wait(bucket, budget), what) for what, bucket, budget in _budgets(tools, host)
    ]
    wait, what = max(waits)
    return budget_verdict(what, wait), wait


def take(tools: Tools, host: str) -> None:
    """Count an order. Raises `RateLimited` where the authority would refuse it."""
    for _, bucket, budget in _budgets(tools, host):
        tools.rates().take(bucket, budget)
