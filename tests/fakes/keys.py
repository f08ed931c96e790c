"""The keys of the gateway's accounts in memory, which can be told to fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from chalicelib.domain.errors import GatewayInDoubt, GatewayUnavailable
from chalicelib.ports.keys import MadeKey

NUMBERS = count(1)


@dataclass
class FakeKeys:
    """Every key that is at work, with its account and its name."""

    living: dict[str, tuple[str, str]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    """What the next calls end with: `refused`, `lost` (done without an answer) or `dead`."""

    def make(self, account: str, name: str, expires_at: str) -> MadeKey:
        failure = self._fails()
        number = next(NUMBERS)
        key = MadeKey(f"key_{number:016x}", f"ak_{number:064x}")
        self.living[key.id] = (account, name)
        if failure == "lost":
            raise GatewayInDoubt("told to lose its answer")
        return key

    def named(self, account: str, name: str) -> tuple[str, ...]:
        try:
            failure = self._fails()
        except GatewayInDoubt:
            failure = "dead"
        if failure:
            raise GatewayUnavailable("told to say nothing")
        return tuple(key for key, known in self.living.items() if known == (account, name))

    def revoke(self, key: str) -> None:
        failure = self._fails()
        self.living.pop(key, None)
        if failure == "lost":
            raise GatewayInDoubt("told to lose its answer")

    def _fails(self) -> str:
        """The next failure; what is refused, or gets no answer at all, is raised at once."""
        failure = self.failures.pop(0) if self.failures else ""
        if failure == "refused":
            raise GatewayUnavailable("told to refuse")
        if failure == "dead":
            raise GatewayInDoubt("told to be silent")
        return failure
