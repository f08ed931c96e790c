"""What a plan allows: requests a minute, requests a month, and what the product may make."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Plan:
    """One plan. `limits` is what upstreams read in `X-Plan-Limits`; the gateway does not."""

    limits: str
    rate_limit_per_minute: int
    requests_per_month: int
    """-1 is unlimited, 0 is none."""

    @classmethod
    def read(cls, given: dict[str, Any]) -> Plan:
        """Read a plan of the route table."""
        limits = json.dumps(given["limits"], separators=(",", ":"))
        return cls(limits, given["rate_limit_per_minute"], given["requests_per_month"])


NO_PLAN = Plan(
    '{"max_deployments":0,"max_cpu_cores":0,"max_memory_mb":0,"max_disk_mb":0}',
    rate_limit_per_minute=0,
    requests_per_month=0,
)
"""The plan of a user whose plan is not known."""
