"""Destroy a server of an account that carries this installation's tag and that no record knows.

Its name is typed, so that nobody destroys another one by mistake; the audit trail keeps who did.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from typing_extensions import TypedDict

from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, invokes, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.inside import ASKING_SECONDS
from chalicelib.runtime.operation import Call, operation

Text = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class DestroyOrphan(BaseModel):
    """Which server, and its name as the report shows it."""

    model_config = ConfigDict(extra="forbid")

    server_id: Text
    name: Text


class DestroyedOrphan(TypedDict):
    """A server whose destruction the provider took."""

    name: str
    address: str | None
    destroyed_at: str


@operation(
    "POST /v1/cloud_credentials/{id}/destroy_orphan",
    access="owner",
    while_closing=True,
    resource=CLOUD_CREDENTIALS,
    body=DestroyOrphan,
    answers=one("orphans", DestroyedOrphan),
    rate=Rate(burst=10, per_minute=10),
    needs=(reads("resources"), invokes("cloud_credentials_destroy_orphan")),
    timeout=ASKING_SECONDS,
)
def handler(call: Call) -> Answer:
    """Destroy a server of an account that carries this installation's tag and has no record."""
    given = {"credential": call.target.id, "owner": call.target.owner, **call.given.model_dump()}
    found = wiring.calls().call("cloud_credentials_destroy_orphan", given)
    data = {"type": "orphans", "id": call.given.server_id, "attributes": found}
    return Answer(200, {"data": data})
