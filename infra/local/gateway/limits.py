"""Monthly quotas and rates, counted in memory (contract, sections 3.2 and 3.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from infra.local.gateway.answers import proxy_error
from infra.local.gateway.credentials import Caller
from infra.local.gateway.plans import Plan

WINDOW = 60
BURST = 5
USUAL_RATE = 60
"""A plan that states no rate has this one."""
GRACE = 0.05
Clock = Callable[[], float]
Headers = dict[str, str]


@dataclass
class Limits:
    """What was counted. `rate_per_minute` replaces the plans' own rates when it is given."""

    clock: Clock
    rate_per_minute: int | None = None
    windows: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    """Requests by key or session and window."""
    months: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    """Answered requests by user and month: all keys and sessions together."""

    def refusal(self, caller: Caller, plan: Plan) -> Response | None:
        """Judge a request before it is passed on; one that is not refused uses up its rate."""
        if not caller.quota_bypass and self._is_used_up(caller, plan):
            answer = proxy_error("quota_exceeded")
            answer.headers.update(self._quota(plan, self._used(caller) + 1))
            answer.headers["Retry-After"] = str(int(self._month_end().timestamp() - self.clock()))
            return answer
        self._take(caller)
        if self._left(caller, plan) < 0:
            answer = proxy_error("rate_limit_exceeded")
            answer.headers.update(self._rate(caller, plan))
            answer.headers["Retry-After"] = str(int(self._window_end() - self.clock()))
            return answer
        return None

    def count(self, caller: Caller, plan: Plan) -> Headers:
        """Count a request that an upstream answered; return the headers that tell what is left."""
        self.months[self._month(caller)] += 1
        told = self._rate(caller, plan)
        if plan.requests_per_month >= 0 and not caller.quota_bypass:
            told |= self._quota(plan, self._used(caller))
        return told

    def _is_used_up(self, caller: Caller, plan: Plan) -> bool:
        allowed = int(plan.requests_per_month * (1 + GRACE))
        return plan.requests_per_month >= 0 and self._used(caller) + 1 > allowed

    def _quota(self, plan: Plan, used: int) -> Headers:
        return {
            "X-Quota-Used": str(used),
            "X-Quota-Limit": str(plan.requests_per_month),
            "X-Quota-Reset": f"{self._month_end():%Y-%m-%dT%H:%M:%SZ}",
        }

    def _rate(self, caller: Caller, plan: Plan) -> Headers:
        end = datetime.fromtimestamp(self._window_end(), UTC)
        return {
            "X-RateLimit-Remaining": str(max(self._left(caller, plan), 0)),
            "X-RateLimit-Reset": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        }

    def _take(self, caller: Caller) -> None:
        window = self._window()
        for old in [key for key in self.windows if key[1] < window]:
            del self.windows[old]
        self.windows[(caller.key_id, window)] += 1

    def _left(self, caller: Caller, plan: Plan) -> int:
        rate = self.rate_per_minute
        if rate is None:
            rate = max(plan.rate_limit_per_minute or USUAL_RATE, 0)
        return rate + BURST - self.windows[(caller.key_id, self._window())]

    def _window(self) -> int:
        return int(self.clock()) // WINDOW

    def _window_end(self) -> int:
        return (self._window() + 1) * WINDOW

    def _used(self, caller: Caller) -> int:
        return self.months[self._month(caller)]

    def _month(self, caller: Caller) -> tuple[str, str]:
        return caller.user.id, f"{datetime.fromtimestamp(self.clock(), UTC):%Y-%m}"

    def _month_end(self) -> datetime:
        """The last second of the month."""
        first = datetime.fromtimestamp(self.clock(), UTC).replace(
            day=1, hour=0, minute=0, second=0, microsecond=0
        )
        return (first + timedelta(days=32)).replace(day=1) - timedelta(seconds=1)
