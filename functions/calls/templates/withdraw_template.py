"""Take a template out of the catalogue, for the owner of the platform, with a reason to read."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.runtime import wiring
from chalicelib.runtime.asked import Reason, Sought
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import reads, sends, writes
from chalicelib.services.catalogue import withdrawing


class WithdrawTemplate(BaseModel):
    """Which template, why, and from which place on its apps are still to be told."""

    template: Sought
    reason: Reason
    after: str | None = None


@call(
    asks=WithdrawTemplate,
    needs=(reads("resources"), writes("resources", "journal"), sends("catalogue")),
)
def handler(asked: WithdrawTemplate) -> dict[str, Any]:
    """Take a template out of the catalogue, for the owner of the platform, with a reason to read.

    While `after` is no null, apps are left to be told: ask again with it.
    """
    template = withdrawing.template_of(wiring, asked.template)
    changed = withdrawing.withdraw(wiring, template, reason=asked.reason)
    template = withdrawing.template_of(wiring, asked.template)
    told, after = withdrawing.tell_apps(wiring, template, asked.after)
    return {"template": template.id, "changed": changed, "told": told, "after": after}
