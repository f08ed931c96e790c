"""Run a command in a container of a running app."""

from __future__ import annotations

import time
from typing import Any

from pydantic import BaseModel

from chalicelib.runtime import wiring
from chalicelib.runtime.call import TIMEOUT, call
from chalicelib.runtime.declaration import OPENS, reads, writes
from chalicelib.services.looks.commands import run_command
from chalicelib.services.looks.looking import app_of


class RunCommand(BaseModel):
    """What is run, where, and for whom."""

    deployment: str
    owner: str
    service: str
    command: str | list[str]
    timeout_seconds: float


@call(
    asks=RunCommand,
    needs=(reads("resources"), writes("journal"), OPENS),
    layers=("crypto", "nodes"),
)
def handler(asked: RunCommand) -> dict[str, Any]:
    """Run a command in a container of a running app."""
    until = time.monotonic() + TIMEOUT
    return run_command(
        wiring,
        app_of(wiring, asked.deployment, asked.owner),
        service=asked.service,
        command=asked.command,
        seconds=asked.timeout_seconds,
        until=until,
    )
