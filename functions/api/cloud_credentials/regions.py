"""List the regions that a credential's provider offers now."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, Rate, many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.provisions import offers


class Region(TypedDict):
    """A place where servers can be made."""

    name: str
    available: bool


@operation(
    "GET /v1/cloud_credentials/{id}/regions",
    access="owner",
    resource=CLOUD_CREDENTIALS,
    answers=many("regions", Region, flat=True),
    layers=("crypto", "clouds"),
    rate=Rate(burst=20, per_minute=60),
    needs=(reads("resources"), OPENS),
)
def handler(call: Call) -> Answer:
    """List the regions that a credential's provider offers now."""
    return Answer(200, offers.document("regions", offers.regions(wiring, call.target)))
