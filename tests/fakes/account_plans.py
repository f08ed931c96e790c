"""The gateway's accounts in memory, which can be told to fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.domain.errors import GatewayInDoubt, GatewayUnavailable, NotFound
from chalicelib.ports.plans import Standing


@dataclass
class FakePlans:
    """Which plan each account has; everybody is free at first."""

    plans: dict[str, str] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)
    """Every change that arrived, in order."""
    failures: list[str] = field(default_factory=list)
    """What the next calls end with: `refused`, `lost` (done without an answer) or `dead`."""
    meanwhile: Callable[[], None] | None = None
    """What happens while the next call is answered, once."""

    standings: dict[str, str] = field(default_factory=dict)
    """Of those who were ever kept out."""
    strangers: set[str] = field(default_factory=set)
    """Accounts that are not there."""

    def of(self, account: str) -> str:
        return self.plans.get(account, "free")

    def set(self, account: str, plan: str) -> None:
        self._do(lambda: self._set(account, plan))

    def stand(self, account: str, standing: Standing) -> None:
        if account in self.strangers:
            raise NotFound("told not to know it")
        self._do(lambda: self.standings.update({account: standing}))

    def _set(self, account: str, plan: str) -> None:
        self.plans[account] = plan
        self.told.append((account, plan))

    def _do(self, change: Callable[[], None]) -> None:
        failure = self.failures.pop(0) if self.failures else ""
        if failure == "refused":
            raise GatewayUnavailable("told to refuse")
        if failure == "dead":
            raise GatewayInDoubt("told to be silent")
        change()
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        if failure == "lost":
            raise GatewayInDoubt("told to lose its answer")
