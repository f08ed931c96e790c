"""One round of sweeps: asked for, and waited for."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from infra.sweep.report import ended

LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Lambda:
    """The functions of one installation."""

    client: Any
    installation: str

    def ask(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        """Call a function and return its answer. Raises `RuntimeError` with what it says."""
        said = self.client.invoke(
            FunctionName=f"{self.installation}-{name}", Payload=json.dumps(given).encode()
        )
        answer: dict[str, Any] = json.loads(said["Payload"].read())
        if "FunctionError" in said:
            said_so = answer.get("errorMessage") or answer.get("errorType") or "it does not say why"
            raise RuntimeError(f"{name} failed: {said_so}")
        return answer


class Round:
    """A round of sweeps of every account, asked for when it is made."""

    def __init__(self, platform: Lambda, *, lift: bool) -> None:
        self.platform = platform
        answer = platform.ask("schedules_sweep_accounts", {"lift": lift})
        self.at = str(answer["asked_at"])
        self.reason: str | None = answer["report_only_reason"]

    def reports(self, *, until: float) -> dict[str, Any]:
        """Wait until every account is swept, or until a moment; what is there by then."""
        while True:
            found = self.platform.ask("schedules_sweep_accounts", {"reports": True})
            if ended(found, self.at) or time.monotonic() > until:
                return found
            time.sleep(LOOK_SECONDS)
