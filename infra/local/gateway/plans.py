"""What a plan allows: requests a minute and requests a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Plan:
    """One plan. What the product may make on it is no matter of the gateway's."""

    rate_limit_per_minute: int
    requests_per_month: int
    """-1 is unlimited, 0 is none."""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Plan:
        """Read a plan as the admin API is sent it."""
        return cls(given.get("rate_limit_per_minute", 0), given.get("requests_per_month", 0))


NO_PLAN = Plan(rate_limit_per_minute=0, requests_per_month=0)
"""The plan of a user whose plan is not known."""
