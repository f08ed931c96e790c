"""Look into an app's containers: their health, what they use, or what they wrote."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from chalicelib.runtime import wiring
from chalicelib.runtime.call import call
from chalicelib.runtime.declaration import OPENS, reads
from chalicelib.services.looks.logs import Question, logs_of
from chalicelib.services.looks.looking import app_of, health_of, stats_of


class Lines(BaseModel):
    """Which lines of logs are wanted."""

    tail: int
    since: str = ""
    until: str = ""
    service: str = ""
    stream: Literal["", "stdout", "stderr"] = ""
    cursor: str = ""


class LookInside(BaseModel):
    """What is looked at, and for whom."""

    deployment: str
    owner: str
    what: Literal["health", "stats", "logs"]
    lines: Lines | None = None


@call(asks=LookInside, needs=(reads("resources"), OPENS), layers=("crypto", "nodes"))
def handler(asked: LookInside) -> dict[str, Any]:
    """Look into an app's containers: their health, what they use, or what they wrote."""
    deployment = app_of(wiring, asked.deployment, asked.owner)
    if asked.lines is not None:
        return logs_of(wiring, deployment, Question(**asked.lines.model_dump()))
    return (health_of if asked.what == "health" else stats_of)(wiring, deployment)
