"""List the sizes that a credential's provider offers now."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, Rate, many, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services import offers


class Size(TypedDict):
    """A kind of server; prices in US dollars."""

    name: str
    cpu_cores: float
    memory_mb: int
    disk_gb: int
    price_hourly: float
    price_monthly: float
    regions: list[str]


@operation(
    "GET /v1/cloud_credentials/{id}/sizes",
    access="owner",
    resource=CLOUD_CREDENTIALS,
    answers=many("sizes", Size, flat=True),
    layers=("crypto", "clouds"),
    rate=Rate(burst=20, per_minute=60),
    needs=(reads("resources"), OPENS),
)
def handler(call: Call) -> Answer:
    """List the sizes that a credential's provider offers now."""
    data = []
    for item in offers.sizes(wiring, call.target):
        shown = {
            "name": item.name,
            "cpu_cores": item.cpu_cores,
            "memory_mb": item.memory_mb,
            "disk_gb": item.disk_gb,
            "price_hourly": item.price_hourly,
            "price_monthly": item.price_monthly,
            "regions": list(item.regions),
        }
        data.append({"type": "sizes", "id": item.id, **shown, "attributes": shown})
    return Answer(200, {"data": data})
