"""Write what an app's containers wrote into a file that its owner can fetch."""

from __future__ import annotations

import time
from typing import Any, Literal

from pydantic import BaseModel

from chalicelib.runtime import wiring
from chalicelib.runtime.call import TIMEOUT, call
from chalicelib.runtime.declaration import OPENS, fetches, keeps, reads
from chalicelib.services.looks.log_downloads import save_logs
from chalicelib.services.looks.logs import Question
from chalicelib.services.looks.looking import app_of


class SaveLogs(BaseModel):
    """Whose logs, and which lines of them."""

    deployment: str
    owner: str
    since: str = ""
    until: str = ""
    service: str = ""
    stream: Literal["", "stdout", "stderr"] = ""


@call(
    asks=SaveLogs,
    # A link allows what its signer may do: to fetch the file.
    needs=(reads("resources"), OPENS, keeps("downloads"), fetches("downloads")),
    layers=("crypto", "nodes"),
    memory=1024,
)
def handler(asked: SaveLogs) -> dict[str, Any]:
    """Write what an app's containers wrote into a file that its owner can fetch."""
    until = time.monotonic() + TIMEOUT
    deployment = app_of(wiring, asked.deployment, asked.owner)
    question = Question(0, asked.since, asked.until, asked.service, asked.stream)
    return save_logs(wiring, deployment, question, until=until)
