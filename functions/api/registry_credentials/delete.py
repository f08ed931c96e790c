"""Delete a login at a registry; apps that run are not touched, and pull without it from now on."""

from __future__ import annotations

from chalicelib.domain.errors import PreconditionFailed, Stale
from chalicelib.resources.registry_credentials import REGISTRY_CREDENTIALS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.secrets.registry_credentials import remove


@operation(
    "DELETE /v1/registry_credentials/{id}",
    access="owner",
    resource=REGISTRY_CREDENTIALS,
    success=204,
    needs=(reads("resources"), writes("resources", "reservations", "journal")),
)
def handler(call: Call) -> Answer:
    """Delete a login at a registry; apps that run are not touched, and pull without it."""
    try:
        remove(wiring, call.target)
    except Stale as error:
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return Answer(204)
