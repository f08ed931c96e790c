"""Run a command in a container of a running deployment, and answer with what it printed.

It has no input and no terminal. A text is run by `/bin/sh -c`, a list of words as it is. What goes
on after `timeout_seconds` is killed. Every command is recorded before it runs. What it printed is
not kept: a repeat with the same `Idempotency-Key` runs nothing and tells how it ended.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from typing_extensions import TypedDict

from chalicelib.domain.errors import DeadlinePassed, Unavailable
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.runtime.declaration import Rate, Repeats, invokes, one, reads
from chalicelib.runtime.http import Answer
from chalicelib.runtime.inside import ASKING_SECONDS, ask
from chalicelib.runtime.operation import Call, operation

UNKNOWN = "The command may have run: see the app's events before you send it again."
Text = Annotated[str, StringConstraints(min_length=1, max_length=16_384)]
Word = Annotated[str, StringConstraints(max_length=16_384)]


class RunCommand(BaseModel):
    """What is run, and where."""

    model_config = ConfigDict(extra="forbid")

    service: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    command: Text | Annotated[list[Word], Field(min_length=1, max_length=100)]
    timeout_seconds: Annotated[int, Field(ge=1, le=20)] = 10


class RanCommand(TypedDict):
    """How a command ended, and what it printed, without secrets."""

    exit_code: int | None
    """Null when it was killed because its time was over."""
    timed_out: bool
    stdout: str | None
    """Null in a repeat."""
    stderr: str | None
    """Null in a repeat."""
    truncated: bool
    """Whether it printed more: the beginning of each output is kept, 64 KB at most."""
    seconds: float


@operation(
    "POST /v1/deployments/{id}/exec",
    access="owner",
    resource=DEPLOYMENTS,
    body=RunCommand,
    answers=one("deployment-commands", RanCommand),
    rate=Rate(burst=10, per_minute=20),
    repeats=Repeats(without=("stdout", "stderr"), at_most_once=True),
    needs=(reads("resources"), invokes("deployments_run_command")),
    timeout=ASKING_SECONDS,
)
def handler(call: Call) -> Answer:
    """Run a command in a container of a running deployment, and answer with what it printed."""
    try:
        found = ask(call, "deployments_run_command", **call.given.model_dump())
    except (DeadlinePassed, Unavailable) as error:
        raise type(error)(f"No answer came. {UNKNOWN}") from error
    data = {"type": "deployment-commands", "id": call.target.id, "attributes": found}
    return Answer(200, {"data": data})
