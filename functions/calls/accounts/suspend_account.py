"""Keep an account out, for the owner of the platform, and stop its apps where that is wanted."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from chalicelib.runtime import wiring
from chalicelib.runtime.asked import Reason, Sought
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import knows, reads, starts, writes
from chalicelib.services.accounts import standing


class SuspendAccount(BaseModel):
    """Which account, why, and whether its apps are stopped or go on."""

    account: Sought
    reason: Reason
    apps: Literal["stop", "keep"]


@call(
    asks=SuspendAccount,
    needs=(reads("resources"), writes("resources", "journal"), starts("stop"), knows("metering")),
)
def handler(asked: SuspendAccount) -> dict[str, Any]:
    """Keep an account out, for the owner of the platform, and stop its apps where that is wanted.

    While `left` is true some of its apps run: ask again.
    """
    changed = standing.suspend(wiring, asked.account, reason=asked.reason)
    stopping, left = 0, False
    if asked.apps == "stop":
        stopping, left = standing.stop_apps(wiring, asked.account, reason=asked.reason)
    return {"account": asked.account, "changed": changed, "stopping": stopping, "left": left}
