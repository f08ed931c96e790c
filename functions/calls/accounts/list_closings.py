"""List the accounts that are being closed, for the owner of the platform; no route leads here."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chalicelib.runtime import wiring
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import reads
from chalicelib.services.closings import closings


class ListClosings(BaseModel):
    """Nothing has to be said."""


@call(asks=ListClosings, needs=(reads("resources"),))
def handler(_asked: ListClosings) -> dict[str, Any]:
    """List the accounts that are being closed, for the owner of the platform.

    Closed ones are found by their id.
    """
    found = wiring.records().get_many(tuple(closings.due(wiring))).values()
    return {
        "closings": [
            {"account": one.owner, **(closings.standing_of(wiring, one.owner) or {})}
            for one in found
        ]
    }
