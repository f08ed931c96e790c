"""Change an app's name, how it is reached, and when, how many and where backups of it are kept."""

from __future__ import annotations

from chalicelib.domain.errors import NotFound, PreconditionFailed, Stale
from chalicelib.resources.deployments import DEPLOYMENTS, UpdateDeployment
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import reads, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.deployments.changing import change_app


@operation(
    "PATCH /v1/deployments/{id}",
    access="owner",
    scope="deploy",
    resource=DEPLOYMENTS,
    body=UpdateDeployment,
    needs=(reads("resources"), writes("resources", "reservations", "journal")),
)
def handler(call: Call) -> Answer:
    """Change an app's name, how it is reached, and when, how many and where backups are kept."""
    try:
        record = change_app(wiring, call.target, call.given, call.sent, version=call.matched)
    except Stale as error:
        if call.matched is None:
            raise NotFound(f"The deployment {call.target.id} is gone.") from error
        raise PreconditionFailed("It changed meanwhile; read it again.") from error
    return call.show(record)
