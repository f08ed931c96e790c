"""List the regions that a credential's provider offers now."""

from __future__ import annotations

from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.credentials import opened


@operation(
    "GET /v1/cloud_credentials/{id}/regions",
    access="owner",
    resource=CLOUD_CREDENTIALS,
    layers=("crypto", "clouds"),
    needs=(reads("resources"), OPENS),
)
def handler(call: Call) -> Answer:
    """List the regions that a credential's provider offers now."""
    data = []
    for item in opened(wiring, call.target).regions():
        shown = {"name": item.name, "available": item.available}
        data.append({"type": "regions", "id": item.id, **shown, "attributes": shown})
    return Answer(200, {"data": data})
