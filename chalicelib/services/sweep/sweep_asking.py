"""Which accounts are to be swept: every one, every five minutes, by messages."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.domain import clock
from chalicelib.ports.records import WATCH_SHARDS
from chalicelib.services.tools import Tools

QUEUE = "sweep"
CREDENTIALS = "cloud_credentials"
PAGE = 1000
FRESH_SECONDS = 600.0
"""A message that is due for longer than this is dropped: the next one is there."""


@dataclass(frozen=True)
class Sweep:
    """Asks for a sweep of one credential's account."""

    credential: str
    due: str


def read(message: Any) -> Sweep:
    """Read a message. Raises `ValueError` for what is none."""
    try:
        made = Sweep(**message)
        clock.moment_of(made.due)
    except (TypeError, AttributeError) as error:
        raise ValueError(str(message)[:100]) from error
    return made


def is_stale(message: Sweep, now: str) -> bool:
    """Whether a message comes so late that the next one is there."""
    return clock.seconds_between(message.due, now) > FRESH_SECONDS


def ask_for_sweep(tools: Tools, credential_id: str) -> None:
    """Ask for a sweep of one account. Raises `Unavailable`."""
    tools.queue(QUEUE).send(asdict(Sweep(credential_id, tools.now())))


def ask_for_sweeps(tools: Tools) -> int:
    """Ask for a sweep of every account; returns of how many. Raises `Unavailable`."""
    count = 0
    for shard in range(WATCH_SHARDS):
        after = ""
        while ids := tools.records().watched(CREDENTIALS, shard, after=after, limit=PAGE):
            now = tools.now()
            tools.queue(QUEUE).send_all([asdict(Sweep(one, now)) for one in ids])
            count, after = count + len(ids), ids[-1]
    return count
