"""Destroy a server that no record knows, for the owner of the platform, who types its name."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.domain.errors import NotFound
from chalicelib.domain.events import OPERATOR
from chalicelib.runtime import wiring
from chalicelib.runtime.asked import Sought
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import OPENS, reads, writes
from chalicelib.services.sweep.orphans import destroy_orphan


class DestroyUnknown(BaseModel):
    """Which server of which account at a provider, and its name as the sweep shows it."""

    credential: Sought
    server_id: Sought
    name: Sought


@call(
    asks=DestroyUnknown,
    needs=(reads("resources", "journal"), writes("journal"), OPENS),
    layers=("crypto", "clouds"),
)
def handler(asked: DestroyUnknown) -> dict[str, Any]:
    """Destroy a server that no record knows, for the owner of the platform, who types its name."""
    credential = wiring.records().get(asked.credential)
    if credential is None or credential.type != "cloud_credentials":
        raise NotFound(f"There is no cloud credential {asked.credential}.")
    return destroy_orphan(
        wiring, credential, server_id=asked.server_id, name=asked.name, actor=OPERATOR
    )
