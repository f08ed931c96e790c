"""Write the logs of a deployment into a file, and answer with a link from which to fetch it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from typing_extensions import TypedDict

from chalicelib.domain import nanoseconds
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime.declaration import Rate, Repeats, invokes, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.inside import ASKING_SECONDS, ask
from chalicelib.runtime.operation import Call, operation

REPEATED_SECONDS = 300
"""How long the same link is given again: it works for as long after that."""


def _moment(text: str) -> str:
    try:
        return nanoseconds.moment_of(text)
    except ValueError:
        raise ValueError("a time like 2026-02-15T10:00:00Z") from None


Moment = Annotated[str, AfterValidator(_moment)]


class DownloadLogs(BaseModel):
    """Which lines are wanted; all of them without any of these."""

    model_config = ConfigDict(extra="forbid")

    container: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None
    """Of this service alone."""
    type: Literal["stdout", "stderr"] | None = None
    since: Moment | None = None
    until: Moment | None = None


class LogDownload(TypedDict):
    """A file of lines, packed by gzip: time, service, stream and message, oldest first."""

    url: str
    """Whoever has it may fetch the file until `expires_at`."""
    expires_at: str
    bytes: int
    text_bytes: int
    """How much it is when it is unpacked."""
    truncated: bool
    """Whether it ends before the logs do: ask for the rest with `since`."""


@operation(
    "POST /v1/deployments/{id}/monitoring/logs/download",
    access="owner",
    while_closing=True,
    scope="deploy",
    resource=DEPLOYMENTS,
    body=DownloadLogs,
    answers=one("deployment-log-downloads", LogDownload),
    rate=Rate(burst=5, per_minute=5),
    repeats=Repeats(seconds=REPEATED_SECONDS),
    needs=(reads("resources"), invokes("deployments_save_logs")),
    timeout=ASKING_SECONDS,
)
def handler(call: Call) -> Answer:
    """Write the logs of a deployment into a file, and answer with a link from which to fetch it."""
    wanted: DownloadLogs = call.given
    found = ask(
        call,
        "deployments_save_logs",
        since=wanted.since or "",
        until=wanted.until or "",
        service=wanted.container or "",
        stream=wanted.type or "",
    )
    data = {"type": "deployment-log-downloads", "id": call.target.id, "attributes": found}
    return Answer(200, {"data": data})
