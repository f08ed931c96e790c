"""List the sizes that a credential's provider offers now."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, Rate, many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.provisions import offers


class Size(TypedDict):
    """A kind of server. A price that is not known is null.

    `prices` holds the hourly price by region where it is not the same in all. No regions: the
    provider does not tell.
    """

    name: str
    cpu_cores: float
    memory_mb: int
    disk_gb: int
    price_hourly: float | None
    price_monthly: float | None
    currency: str
    regions: list[str]
    prices: dict[str, float]


@operation(
    "GET /v1/cloud_credentials/{id}/sizes",
    access="owner",
    resource=CLOUD_CREDENTIALS,
    answers=many("sizes", Size, flat=True),
    # AWS's price list is long: pages of JSON within JSON.
    memory=512,
    timeout=25,
    layers=("crypto", "clouds"),
    rate=Rate(burst=20, per_minute=60),
    needs=(reads("resources"), OPENS),
)
def handler(call: Call) -> Answer:
    """List the sizes that a credential's provider offers now."""
    return Answer(200, offers.document("sizes", offers.sizes(wiring, call.target)))
