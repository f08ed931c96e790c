"""List the sizes that a credential's provider offers now."""

from __future__ import annotations

from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.credentials import opened


@operation(
    "GET /v1/cloud_credentials/{id}/sizes",
    access="owner",
    resource=CLOUD_CREDENTIALS,
    layers=("crypto", "clouds"),
    needs=(reads("resources"), OPENS),
)
def handler(call: Call) -> Answer:
    """List the sizes that a credential's provider offers now."""
    data = []
    for item in opened(wiring, call.target).sizes():
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
