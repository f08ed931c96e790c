"""Let a withdrawn template be published again, for the owner of the platform."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.runtime import wiring
from chalicelib.runtime.asked import Reason, Sought
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import reads, writes
from chalicelib.services.catalogue import withdrawing


class ReadmitTemplate(BaseModel):
    """Which template, why, and from which place on its apps are still to be told."""

    template: Sought
    reason: Reason
    after: str | None = None


@call(
    asks=ReadmitTemplate,
    needs=(reads("resources"), writes("resources", "journal")),
)
def handler(asked: ReadmitTemplate) -> dict[str, Any]:
    """Let a withdrawn template be published again, for the owner of the platform.

    While `after` is no null, apps are left to be told: ask again with it.
    """
    template = withdrawing.template_of(wiring, asked.template)
    changed = withdrawing.readmit(wiring, template, reason=asked.reason)
    template = withdrawing.template_of(wiring, asked.template)
    told, after = withdrawing.tell_apps(wiring, template, asked.after)
    return {"template": template.id, "changed": changed, "told": told, "after": after}
