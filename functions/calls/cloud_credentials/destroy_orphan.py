"""Destroy a server that no record knows, in the name of its account's owner."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.runtime import wiring
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import OPENS, reads, writes
from chalicelib.services.sweep.orphans import account_of, destroy_orphan


class DestroyOrphan(BaseModel):
    """Which server of which account, and who typed its name."""

    credential: str
    owner: str
    server_id: str
    name: str


@call(
    asks=DestroyOrphan,
    needs=(reads("resources", "journal"), writes("journal"), OPENS),
    layers=("crypto", "clouds"),
)
def handler(asked: DestroyOrphan) -> dict[str, Any]:
    """Destroy a server that no record knows, in the name of its account's owner."""
    credential = account_of(wiring, asked.credential, asked.owner)
    return destroy_orphan(
        wiring, credential, server_id=asked.server_id, name=asked.name, actor=asked.owner
    )
