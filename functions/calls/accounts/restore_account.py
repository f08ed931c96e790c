"""Let an account in again, for the owner of the platform; what was stopped stays stopped."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.runtime import wiring
from chalicelib.runtime.asked import Reason, Sought
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import knows, reads, writes
from chalicelib.services.accounts import standing
from chalicelib.services.closings import closings


class RestoreAccount(BaseModel):
    """Which account, and why."""

    account: Sought
    reason: Reason


@call(
    asks=RestoreAccount,
    needs=(reads("resources"), writes("resources", "journal"), knows("metering")),
)
def handler(asked: RestoreAccount) -> dict[str, Any]:
    """Let an account in again, for the owner of the platform; what was stopped stays stopped."""
    closings.refuse_closed(wiring, asked.account)
    changed = standing.restore(wiring, asked.account, reason=asked.reason)
    return {"account": asked.account, "changed": changed}
