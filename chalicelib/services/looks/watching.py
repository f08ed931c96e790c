"""Who is to be looked at: every node that was checked once, once a minute, by messages."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from chalicelib.domain import clock
from chalicelib.services.tools import Tools

QUEUE = "watch"
PAGE = 1000
FRESH_SECONDS = 60.0
"""A message that is due for longer than this is dropped: the next one is there."""
AGAIN_SECONDS = 15
"""When a node of which a look leaves a doubt is looked at again."""


@dataclass(frozen=True)
class Look:
    """Asks for a look at one node. `again` says that the look before could see nothing."""

    node: str
    due: str
    again: bool = False


@dataclass(frozen=True)
class Rest:
    """Asks for looks at the nodes of a shard that come after one."""

    shard: int
    after: str
    due: str


def read(message: Any) -> Look | Rest:
    """Read a message. Raises `ValueError` for what is none."""
    kind = Rest if isinstance(message, dict) and "shard" in message else Look
    try:
        made = kind(**message)
        clock.moment_of(made.due)
    except (TypeError, AttributeError) as error:
        raise ValueError(str(message)[:100]) from error
    return made


def is_stale(message: Look | Rest, now: str) -> bool:
    """Whether a message comes so late that the next one is there."""
    return clock.seconds_between(message.due, now) > FRESH_SECONDS


def ask_for_looks(tools: Tools, shard: int, *, seconds: float, after: str = "") -> int:
    """Ask for a look at each living node of a shard that was checked once; returns at how many.

    What is left after some seconds is left to the consumer of the queue, by a message.
    """
    queue, count, begun = tools.queue(QUEUE), 0, tools.now()
    while nodes := tools.records().watched("nodes", shard, after=after, limit=PAGE):
        now = tools.now()
        queue.send_all([asdict(Look(node, now)) for node in nodes])
        count, after = count + len(nodes), nodes[-1]
        if clock.seconds_between(begun, now) >= seconds:
            queue.send(asdict(Rest(shard, after, now)))
            break
    return count


def look_again(tools: Tools, node: str, *, saw_nothing: bool = False) -> None:
    """Have a node looked at again soon, since one look is no proof."""
    due = clock.moment_of(tools.now()) + timedelta(seconds=AGAIN_SECONDS)
    look = Look(node, clock.text_of(due), again=saw_nothing)
    tools.queue(QUEUE).send(asdict(look), delay=AGAIN_SECONDS)
