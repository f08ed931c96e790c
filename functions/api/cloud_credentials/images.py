"""List the images that a credential's provider offers now."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, Rate, many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.provisions import offers


class Image(TypedDict):
    """A system that a server can begin with; no regions: the same in all."""

    name: str
    distribution: str
    regions: list[str]


@operation(
    "GET /v1/cloud_credentials/{id}/images",
    access="owner",
    resource=CLOUD_CREDENTIALS,
    answers=many("images", Image, flat=True),
    layers=("crypto", "clouds"),
    rate=Rate(burst=20, per_minute=60),
    needs=(reads("resources"), OPENS),
)
def handler(call: Call) -> Answer:
    """List the images that a credential's provider offers now."""
    return Answer(200, offers.document("images", offers.images(wiring, call.target)))
